// Until when an approval counts, in words: of one that was given, and of one that would be.

import { t } from "../i18n.js";
import { moment, span } from "../format.js";

/** @param {{ first_use?: { lasts_seconds: number, use_by: string } | null, expires_at?: string | null }} approval */
export function endWords({ first_use: first, expires_at: end }) {
  if (first) return t("gives.fromFirst", { span: span(first.lasts_seconds), moment: moment(first.use_by) });
  return end ? t("gives.until", { moment: moment(end) }) : t("gives.never");
}
