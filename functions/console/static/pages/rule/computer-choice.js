// One computer of an organization, or any: found by its name, because there may be thousands.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { computerName } from "../../format.js";
import { api, Problem } from "../../api.js";
import { ifMay } from "../../may.js";
import { useResource } from "../../resource.js";
import { useSettled } from "../../settled.js";
import { Button } from "../../components/button.js";
import { Field } from "../../components/field.js";
import { Loaded } from "../../components/loaded.js";
import { Text } from "../../components/text.js";

/** @typedef {import("../../api.js").Schemas["ComputerView"]} Computer */

const FEW = 8;
const TYPING = 300;

/** @param {{ organization: string, chosen: string, off: boolean, hidden: any, onChange: (id: string) => void }} props `hidden`: why the reader may not see computers */
export function ComputerChoice({ organization, chosen, off, hidden, onChange }) {
  const open = useSignal(false);
  const computer = useResource((signal) => (chosen ? read(organization, chosen, signal) : Promise.resolve(null)), [organization, chosen]);
  const choose = (/** @type {string} */ id) => {
    open.value = false;
    onChange(id);
  };
  return html`
    <div class="field" role="group" aria-label=${t("rule.computer")}>
      <span class="field-label">${t("rule.computer")}</span>
      <div class="chosen">
        ${chosen ? html`<b><${Text} text=${computer.data ? computerName(computer.data) : t("rules.oneComputer")} /></b>` : html`<span>${t("rule.anyComputer")}</span>`}
        ${!off && html`<${Button} size="small" expanded=${open.value} off=${hidden} onClick=${() => { open.value = !open.value; }}>${t(chosen ? "rule.changeComputer" : "rule.chooseComputer")}<//>
          ${chosen && html`<${Button} size="small" kind="bare" onClick=${() => choose("")}>${t("rule.dropComputer")}<//>`}`}
      </div>
      ${open.value && html`<${Find} organization=${organization} onChoose=${choose} />`}
    </div>`;
}

/** A computer that is gone, or out of the reader's sight, is named no further. @param {string} organization @param {string} id @param {AbortSignal} signal */
async function read(organization, id, signal) {
  try {
    return await ifMay("computers.view", organization, () => api.get("/v1/organizations/{organization_id}/computers/{computer_id}", { params: { organization_id: organization, computer_id: id }, signal }), null, signal);
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 404) return null;
    throw problem;
  }
}

/** @param {{ organization: string, onChoose: (id: string) => void }} props */
function Find({ organization, onChoose }) {
  const typed = useSignal("");
  const wanted = useSettled(typed.value.trim(), TYPING);
  const found = useResource((signal) => api.get("/v1/organizations/{organization_id}/computers", { params: { organization_id: organization }, query: { q: wanted, limit: FEW }, signal }), [organization, wanted]);
  return html`
    <${Field} label=${t("rule.findComputer")} name="find-computer" autocomplete="off" takesFocus value=${typed.value} onInput=${(/** @type {string} */ text) => { typed.value = text; }} onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Enter" && event.preventDefault()} />
    <${Loaded} resource=${found} rows=${2}>${(/** @type {{ items: Computer[], next_cursor?: string | null }} */ { items, next_cursor: more }) => (items.length
      ? html`<ul class="found">${items.map((one) => html`<li key=${one.id}><button type="button" class="found-one" onClick=${() => onChoose(one.id)}><${Text} text=${computerName(one)} />${one.name && html`<span class="quiet small"><${Text} text=${one.hostname} /></span>`}</button></li>`)}</ul>
        ${more && html`<p class="hint">${t("rule.moreComputers")}</p>`}`
      : html`<p class="quiet small" role="status">${t("rule.noComputer")}</p>`)}<//>`;
}
