// Asking from the computer: a practice request for a harmless file. The command waits there for the decision.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { computerName } from "../../format.js";
import { askCommand, system } from "../../fleet/agent.js";
import { Command, Waiting } from "./command.js";

/** @param {{ state: import("./state.js").State }} props */
export function Ask({ state }) {
  return html`
    <p class="small">${rich("steps.askHint", { computer: state.computer ? computerName(state.computer) : "" })}</p>
    <${Command} command=${askCommand(system.value, t("steps.reason"), state.policy?.id)} />
    <${Waiting}>${t("steps.waitingRequest")}<//>`;
}
