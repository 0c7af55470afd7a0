// The state of a computer, in words.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { now } from "../resource.js";
import { Badge } from "../components/badge.js";

/** @typedef {import("../api.js").Schemas["ComputerView"]} Computer */

const DAY = 86_400_000;
/** After so many days without a check-in a computer is named quiet. */
const QUIET = 30;

/** @param {{ computer: Computer }} props */
export function ComputerState({ computer }) {
  if (computer.cloned_at) return html`<${Badge} kind="bad" icon="warning">${t("computer.cloned")}<//>`;
  if (computer.unconfirmed) return html`<${Badge} kind="warn" icon="warning">${t("computer.unconfirmed")}<//>`;
  if (computer.maintenance) return html`<${Badge} kind="info" icon="settings">${t(`maintenance.${computer.maintenance.mode}`)}<//>`;
  if (!computer.last_check_in) return html`<span class="quiet">${t("computer.never")}</span>`;
  if (now.value - Date.parse(computer.last_check_in) > QUIET * DAY) return html`<${Badge}>${t("computer.quiet")}<//>`;
  return html`<span class="quiet">${t("computer.normal")}</span>`;
}
