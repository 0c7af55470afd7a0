// Renaming, moving and retiring a computer.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { computerName } from "../../format.js";
import { api } from "../../api.js";
import { here, navigate, stillAt } from "../../router.js";
import { Ask } from "../../components/ask.js";
import { Confirm } from "../../components/confirm.js";
import { Field } from "../../components/field.js";
import { errorAt } from "../../components/problem.js";
import { Select } from "../../components/select.js";
import { plainly } from "../../components/text.js";

/** @typedef {{ computer: import("./page.js").Computer, names: Record<string, string>, reload: () => Promise<void>, onClose: () => void, onDone: () => void }} Props */

/** @param {Props["computer"]} computer @param {import("../../api.js").Schemas["ComputerChanges"]} body */
const change = (computer, body) => api.patch("/v1/organizations/{organization_id}/computers/{computer_id}", { params: { organization_id: computer.organization_id, computer_id: computer.id }, body, ifMatch: computer.revision });

/** @param {Props} props */
export function RenameComputer({ computer, ...common }) {
  const name = useSignal(computer.name ?? "");
  const same = name.value.trim() === (computer.name ?? "");
  return html`
    <${Ask} title=${t("computer.renameTitle", { computer: computerName(computer) })} action=${t("computer.rename")} work=${() => change(computer, { name: name.value.trim() || null })} off=${same && t("save.nothing")} ...${common}>
      ${(/** @type {unknown} */ problem) => html`<${Field} label=${t("field.name")} hint=${t("computer.renameHint", { hostname: computer.hostname })} name="name" maxlength="200" takesFocus value=${name.value} error=${errorAt(problem, "/name")} onInput=${(/** @type {string} */ value) => { name.value = value; }} />`}
    <//>`;
}

/** @param {Props & { groups: { id: string, name: string }[] }} props */
export function MoveComputer({ computer, groups, ...common }) {
  const group = useSignal(computer.group_id);
  const same = group.value === computer.group_id;
  return html`
    <${Ask} title=${t("computer.moveTitle", { computer: computerName(computer) })} action=${t("computer.move")} work=${() => change(computer, { group_id: group.value })} off=${same && t("save.nothing")} ...${common}>
      ${() => html`<p class="quiet">${t("computer.moveWords")}</p><${Select} label=${t("computer.group")} value=${group.value} options=${groups.map(({ id, name }) => ({ value: id, label: plainly(name) }))} onChange=${(/** @type {string} */ value) => { group.value = value; }} />`}
    <//>`;
}

/** @param {Props & { back: string }} props */
export function RetireComputer({ computer, back, onDone, ...common }) {
  const { path } = here.value;
  const work = () => api.delete("/v1/organizations/{organization_id}/computers/{computer_id}", { params: { organization_id: computer.organization_id, computer_id: computer.id }, ifMatch: computer.revision });
  return html`
    <${Confirm} title=${t("computer.retireTitle", { computer: computerName(computer) })} action=${t("computer.retire")} safe=${t("computer.keep")} typed=${plainly(computerName(computer))} work=${work} onDone=${() => { if (stillAt(path)) navigate(back); }} ...${common}>
      <p>${t("computer.retireWords")}</p>
    <//>`;
}
