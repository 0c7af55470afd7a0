// Who gains and loses by saving a role, and who holds it.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { usePages } from "../../pages.js";
import { Line, ManyPeople } from "../../people/impact.js";
import { Loaded } from "../../components/loaded.js";
import { ShowMore } from "../../components/more.js";
import { Person } from "../../components/person.js";
import { ProblemNote } from "../../components/problem.js";
import { Text } from "../../components/text.js";

/** @typedef {import("./editing.js").Editing} Editing */
/** @typedef {import("./editing.js").Role} Role */
/** @typedef {import("../../api.js").Schemas["HolderView"]} Holder */

/** @param {{ editing: Editing }} props */
export function Saving({ editing }) {
  const preview = editing.preview.value;
  const role = editing.role.value;
  const some = editing.changes.value > 0;
  return html`
    <section aria-label=${t("saving.title")}>
      <h2 class="aside-title">${t("saving.title")}</h2>
      <div class="impact impact-box">
        ${!some && html`<p class="quiet">${t("saving.nothing")}</p>`}
        ${some && !role && html`<p class="quiet">${t("role.noHolders")}</p>`}
        ${some && role && !preview && html`<p class="quiet">${t("saving.asking")}</p>`}
        ${some && role && preview?.impact && html`<${ManyPeople} impact=${preview.impact} />`}
        ${some && preview && preview.problem !== null && html`<${ProblemNote} problem=${preview.problem} names=${role ? { [role.organization.id]: role.organization.name } : {}} />`}
      </div>
    </section>`;
}

/** The two lines of a phone. @param {{ editing: Editing }} props */
export function Shortly({ editing }) {
  const impact = editing.preview.value?.impact;
  if (editing.preview.value?.problem) return html`<p class="small">${t("saving.refused")}</p>`;
  if (!editing.role.value) return html`<p class="small quiet">${t("role.noHolders")}</p>`;
  if (!impact) return html`<p class="small quiet">${t("saving.asking")}</p>`;
  return html`<ul class="impact-lines shortly">
    ${impact.gaining > 0 && html`<${Line} sign="+">${t("role.gain", { n: impact.gaining })}<//>`}
    ${impact.losing > 0 && html`<${Line} sign="−">${t("role.lose", { n: impact.losing })}<//>`}
    ${impact.gaining + impact.losing === 0 && html`<${Line} sign="=">${t("impact.nobody")}<//>`}
  </ul>`;
}

/** @param {{ role: Role }} props */
export function Holders({ role }) {
  const list = usePages((cursor, signal) => api.get("/v1/roles/{role_id}/holders", { params: { role_id: role.id }, query: { cursor }, signal }), [role.id, role.revision]);
  return html`
    <section aria-label=${t("role.holders")}>
      <h2 class="aside-title">${t("role.holders")}</h2>
      <${Loaded} resource=${list} names=${{ [role.organization.id]: role.organization.name }}>${(/** @type {{ items: Holder[] }} */ { items }) => (items.length === 0 ? html`<p class="quiet small">${t("role.nobody")}</p>` : html`
        <ul class="holders">${items.map((one) => html`
        <li>${one.administrator ? html`<a href=${`/administrators/${one.administrator.id}/permissions`}><${Text} text=${one.administrator.name} /></a>` : html`<${Person} name=${null} />`}
          <span class="small quiet">${one.assigned_at.length === 1 ? rich("role.at", { organization: one.assigned_at[0].name }) : t("role.atMany", { n: one.assigned_at.length })}</span></li>`)}</ul>`)}<//>
      <${ShowMore} list=${list} />
    </section>`;
}
