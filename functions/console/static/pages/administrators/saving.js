// What saving changes, by the server's preview; what somebody else changed meanwhile.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { permissionTitle } from "../../session.js";
import { OnePerson, Line, Warnings } from "../../people/impact.js";
import { Note } from "../../components/note.js";
import { ProblemNote } from "../../components/problem.js";
import { Text } from "../../components/text.js";

/** @typedef {import("./holdings.js").Holdings} Holdings */
/** @typedef {import("./holdings.js").Part} Part */

/** @param {{ holdings: Holdings, effective: import("../../api.js").Schemas["EffectivePermissions"] | null }} props */
export function Saving({ holdings, effective }) {
  const { roles, permissions } = holdings.preview.value;
  const both = Boolean(roles && permissions);
  const state = holdings.one.value.state;
  return html`
    <section aria-label=${t("saving.title")}>
      <h2 class="aside-title">${t("saving.title")}</h2>
      <div class="impact impact-box">
        ${holdings.changes.value === 0 && html`<p class="quiet">${t("saving.nothing")}</p>`}
        ${holdings.changes.value > 0 && !roles && !permissions && html`<p class="quiet">${t("saving.asking")}</p>`}
        ${holdings.changes.value > 0 && html`
          ${roles && html`<${Half} part=${roles} title=${both && t("saving.roles")} names=${namesOf(holdings)} />`}
          ${permissions && html`<${Half} part=${permissions} title=${both && t("saving.permissions")} names=${namesOf(holdings)} />`}
          ${!both && html`<${Stays} part=${roles ?? permissions} effective=${effective} />`}
          ${both && html`<p class="quiet small">${t("saving.apart")}</p>`}
          ${state !== "active" && html`<p class="quiet small">${t("saving.notActive")}</p>`}`}
      </div>
    </section>`;
}

/** @param {Holdings} holdings */
const namesOf = ({ one }) => ({ [one.value.organization.id]: one.value.organization.name });

/** @param {{ part: Part, title: any, names: Record<string, string> }} props */
function Half({ part, title, names }) {
  if (part.problem !== null) return html`<div>${title && html`<p class="label">${title}</p>`}<${ProblemNote} problem=${part.problem} names=${names} /></div>`;
  const impact = part.effects?.impact;
  const some = impact && impact.gains.length + impact.loses.length > 0;
  return html`
    <div>${title && html`<p class="label">${title}</p>`}
      ${some ? html`<ul class="impact-lines"><${OnePerson} impact=${impact} /></ul>` : html`<p class="quiet">${t("saving.noEffect")}</p>`}
      <${Warnings} warnings=${part.effects?.warnings ?? []} />
    </div>`;
}

/** How many of what is held now is held afterwards. @param {{ part: Part | null, effective: import("../../api.js").Schemas["EffectivePermissions"] | null }} props */
function Stays({ part, effective }) {
  const impact = part?.effects?.impact;
  if (!impact || !effective) return null;
  const lost = impact.loses.filter(({ organization }) => organization?.id === effective.organization.id).flatMap(({ permissions }) => permissions);
  const n = effective.permissions.length - new Set(lost).size;
  return n > 0 ? html`<ul class="impact-lines"><${Line} sign="=">${t("saving.stay", { n })}<//></ul>` : null;
}

/** The two lines above the buttons of a phone. @param {{ holdings: Holdings }} props */
export function Shortly({ holdings }) {
  const parts = [holdings.preview.value.roles, holdings.preview.value.permissions].filter((part) => part !== null);
  if (parts.some((part) => part.problem !== null)) return html`<p class="impact-line impact-loss small">${t("saving.refused")}</p>`;
  const gains = parts.flatMap((part) => part.effects?.impact?.gains ?? []).flatMap(({ permissions }) => permissions);
  const loses = parts.flatMap((part) => part.effects?.impact?.loses ?? []).flatMap(({ permissions }) => permissions);
  const words = (/** @type {string[]} */ ids) => [...new Set(ids)].map(permissionTitle).join(", ");
  return html`<ul class="impact-lines shortly">
    ${gains.length > 0 && html`<${Line} sign="+"><b class="cut">${words(gains)}</b><//>`}
    ${loses.length > 0 && html`<${Line} sign="−"><b class="cut">${words(loses)}</b><//>`}
    ${gains.length + loses.length === 0 && html`<li class="quiet small">${t(parts.length ? "saving.noEffect" : "saving.asking")}</li>`}
  </ul>`;
}

/** What somebody else changed, beside one's own changes. @param {{ holdings: Holdings, roleName: (id: string) => string }} props */
export function Met({ holdings, roleName }) {
  const before = holdings.met.value;
  if (!before) return null;
  const now = holdings.one.value;
  const gave = [...now.permissions.filter((id) => !before.permissions.includes(id)).map(permissionTitle), ...rolesOnlyIn(now, before).map(roleName)];
  const took = [...before.permissions.filter((id) => !now.permissions.includes(id)).map(permissionTitle), ...rolesOnlyIn(before, now).map(roleName)];
  return html`
    <${Note} kind="warn" title=${html`<${Text} text=${t("saving.theirs", { name: now.name })} />`} role="alert">
      <p>${t("saving.theirsWords")}</p>
      <ul>${gave.map((what) => html`<li>${rich("saving.theyGave", { what })}</li>`)}${took.map((what) => html`<li>${rich("saving.theyTook", { what })}</li>`)}
        ${gave.length + took.length === 0 && html`<li>${t("saving.theyOther")}</li>`}</ul>
    <//>`;
}

/** @param {import("./holdings.js").Administrator} one @param {import("./holdings.js").Administrator} other */
function rolesOnlyIn(one, other) {
  const there = other.assignments.map((each) => `${each.role_id} ${each.organization_id ?? ""}`);
  return one.assignments.filter((each) => !there.includes(`${each.role_id} ${each.organization_id ?? ""}`)).map((each) => each.role_id);
}
