// Approving the practice request: it is opened as any other.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { computerName } from "../../format.js";

/** @param {{ state: import("./state.js").State }} props */
export function Approve({ state }) {
  const request = state.pending;
  if (!request) return html`<p class="small">${t("steps.noPending")}</p>`;
  return html`
    <p class="small">${rich("steps.approveHint", { computer: computerName(request.computer) })}</p>
    <div><a class="button button-primary" href=${`/requests/${request.id}`}>${t("steps.approveDo")}</a></div>`;
}
