// What saving changes, by the server's preview; what somebody else changed meanwhile.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { permissionTitle } from "../../session.js";
import { OnePerson, Line, Warnings } from "../../people/impact.js";
import { Note } from "../../components/note.js";
import { ProblemNote } from "../../components/problem.js";
import { Text } from "../../components/text.js";

/** @typedef {import("./holdings.js").Holdings} Holdings */
/** @typedef {import("./holdings.js").Preview} Preview */

/** @param {{ holdings: Holdings, effective: import("../../api.js").Schemas["EffectivePermissions"] | null }} props */
export function Saving({ holdings, effective }) {
  const preview = holdings.preview.value;
  const { state } = holdings.one.value;
  return html`
    <section aria-label=${t("saving.title")}>
      <h2 class="aside-title">${t("saving.title")}</h2>
      <div class="impact impact-box">
        ${holdings.changes.value === 0 && html`<p class="quiet">${t("saving.nothing")}</p>`}
        ${holdings.changes.value > 0 && !preview && html`<p class="quiet">${t("saving.asking")}</p>`}
        ${holdings.changes.value > 0 && preview && html`
          <${Outcome} preview=${preview} names=${namesOf(holdings)} />
          <${Stays} preview=${preview} effective=${effective} />
          ${state !== "active" && html`<p class="quiet small">${t("saving.notActive")}</p>`}`}
      </div>
    </section>`;
}

/** @param {Holdings} holdings */
const namesOf = ({ one }) => ({ [one.value.organization.id]: one.value.organization.name });

/** @param {{ preview: Preview, names: Record<string, string> }} props */
function Outcome({ preview: { effects, problem }, names }) {
  if (problem !== null) return html`<${ProblemNote} problem=${problem} names=${names} />`;
  const impact = effects?.impact;
  const some = impact && impact.gains.length + impact.loses.length > 0;
  return html`
    ${some ? html`<ul class="impact-lines"><${OnePerson} impact=${impact} /></ul>` : html`<p class="quiet">${t("saving.noEffect")}</p>`}
    <${Warnings} warnings=${effects?.warnings ?? []} />`;
}

/** How many of what is held now is held afterwards. @param {{ preview: Preview, effective: import("../../api.js").Schemas["EffectivePermissions"] | null }} props */
function Stays({ preview, effective }) {
  const impact = preview.effects?.impact;
  if (!impact || !effective) return null;
  const lost = impact.loses.filter(({ organization }) => organization?.id === effective.organization.id).flatMap(({ permissions }) => permissions);
  const n = effective.permissions.length - new Set(lost).size;
  return n > 0 ? html`<ul class="impact-lines"><${Line} sign="=">${t("saving.stay", { n })}<//></ul>` : null;
}

/** The two lines above the buttons of a phone. @param {{ holdings: Holdings }} props */
export function Shortly({ holdings }) {
  const preview = holdings.preview.value;
  if (preview && preview.problem !== null) return html`<p class="impact-line impact-loss small">${t("saving.refused")}</p>`;
  const words = (/** @type {import("../../api.js").Schemas["Difference"][]} */ differences) => [...new Set(differences.flatMap(({ permissions }) => permissions))].map(permissionTitle).join(", ");
  const gains = words(preview?.effects?.impact?.gains ?? []);
  const loses = words(preview?.effects?.impact?.loses ?? []);
  return html`<ul class="impact-lines shortly">
    ${gains && html`<${Line} sign="+"><b class="cut">${gains}</b><//>`}
    ${loses && html`<${Line} sign="−"><b class="cut">${loses}</b><//>`}
    ${!gains && !loses && html`<li class="quiet small">${t(preview ? "saving.noEffect" : "saving.asking")}</li>`}
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
