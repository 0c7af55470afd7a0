// By what the operator finds a refusal or failure in the server's log.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { Copy } from "./copy.js";
import { Text } from "./text.js";

/** @param {{ id: string }} props */
export function ProblemDetails({ id }) {
  return html`<div class="boxed-head"><span>${t("problem.id")}</span><${Copy} text=${id} label=${t("problem.copyId")} /></div><code><${Text} text=${id} /></code>`;
}
