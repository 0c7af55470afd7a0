// Renaming, moving and retiring a computer.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { computerName, counted } from "../../format.js";
import { api } from "../../api.js";
import { PAGE } from "../../everything.js";
import { ifMay } from "../../may.js";
import { useResource } from "../../resource.js";
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

/** What ends with it, in numbers, as far as the reader may see requests. @param {{ computer: Props["computer"] }} props */
function Losses({ computer }) {
  const losses = useResource((signal) => ifMay("requests.list", computer.organization_id, async () => {
    const of = { organization_id: computer.organization_id, computer_id: computer.id, limit: PAGE };
    const [requests, grants] = await Promise.all([
      api.get("/v1/requests", { query: { ...of, status: "pending" }, signal }),
      api.get("/v1/grants", { query: of, signal }),
    ]);
    const own = grants.items.filter(({ scope }) => scope === "computer");
    return { requests: { count: requests.items.length, complete: !requests.next_cursor }, grants: { count: own.length, complete: !grants.next_cursor } };
  }, null, signal), [computer.id]);
  if (!losses.data) return null;
  const { requests, grants } = losses.data;
  return html`<p>${t("computer.retireRequests", { n: requests.count, count: counted(requests) })} ${t("computer.retireGrants", { n: grants.count, count: counted(grants) })}</p>`;
}

/** @param {Props & { back: string }} props */
export function RetireComputer({ computer, back, onDone, ...common }) {
  const { path } = here.value;
  const work = () => api.delete("/v1/organizations/{organization_id}/computers/{computer_id}", { params: { organization_id: computer.organization_id, computer_id: computer.id }, ifMatch: computer.revision });
  return html`
    <${Confirm} title=${t("computer.retireTitle", { computer: computerName(computer) })} action=${t("computer.retire")} safe=${t("computer.keep")} typed=${plainly(computerName(computer))} work=${work} onDone=${() => { if (stillAt(path)) navigate(back); }} ...${common}>
      <p>${t("computer.retireWords")}</p>
      <${Losses} computer=${computer} />
    <//>`;
}
