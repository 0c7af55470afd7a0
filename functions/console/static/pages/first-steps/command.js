// A command to copy, for where the agent runs.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { SYSTEMS, system } from "../../fleet/agent.js";
import { Chips } from "../../components/chip.js";
import { Copy } from "../../components/copy.js";

/** @param {{ command: string }} props */
export function Command({ command }) {
  const systems = SYSTEMS.map((value) => ({ value, label: t(value === "source" ? "steps.thisMachine" : `connect.system.${value}`) }));
  return html`
    <${Chips} legend=${t("connect.system")} hideLegend value=${system.value} options=${systems} onChange=${(/** @type {string} */ value) => { system.value = value; }} />
    <div class="command"><code dir="ltr">${command.split(" ").map((word, nth) => html`${nth > 0 && " "}<span class="command-word">${word}</span>`)}</code><${Copy} text=${command} label=${t("connect.copy")} alone /></div>`;
}

/** Something that the page waits for. @param {{ children: any }} props */
export const Waiting = ({ children }) => html`<p class="row small quiet" role="status"><span class="dot dot-warn"></span><span>${children}</span></p>`;
