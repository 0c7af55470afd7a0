// By what the operator finds a refusal or failure in the server's log.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { Copy } from "./copy.js";
import { Text } from "./text.js";

/** @param {{ id: string }} props */
export function ProblemDetails({ id }) {
  return html`<p class="row"><span>${t("problem.id")}</span> <code><${Text} text=${id} /></code> <${Copy} text=${id} label=${t("problem.copyId")} /></p>`;
}
