// Roles and permissions: what is held, what saving would change, what counts in effect.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { PAGE, everything } from "../../everything.js";
import { useResource } from "../../resource.js";
import { permissionTitle, who } from "../../session.js";
import { useGivable } from "../../people/givable.js";
import { ifMay, useMay } from "../../may.js";
import { FindPermission, PermissionList } from "../../people/permission-list.js";
import { namesOf, usePlaces } from "../../places.js";
import { SaveFoot } from "../../people/save-foot.js";
import { Card } from "../../components/card.js";
import { Note } from "../../components/note.js";
import { ProblemNote } from "../../components/problem.js";
import { plainly } from "../../components/text.js";
import { EffectiveList } from "./effective.js";
import { useHoldings } from "./holdings.js";
import { RolesCard } from "./roles-card.js";
import { Met, Saving, Shortly } from "./saving.js";

/** @typedef {import("./holdings.js").Administrator} Administrator */
/** @typedef {import("./holdings.js").Holdings} Holdings */
/** @typedef {import("./holdings.js").Permission} Permission */
/** @typedef {import("../../api.js").Schemas["RoleView"]} Role */
/** @typedef {import("../../api.js").Schemas["EffectivePermissions"]} Effective */

/** @param {{ one: Administrator, set: (one: Administrator) => void, alone: boolean }} props */
export function Permissions({ one, set, alone }) {
  const at = useSignal("");
  const find = useSignal("");
  const params = { administrator_id: one.id };
  const here = useResource((signal) => api.get("/v1/administrators/{administrator_id}/effective-permissions", { params, query: { organization_id: one.organization.id }, signal }), [one.id, one.revision]);
  const there = useResource((signal) => api.get("/v1/administrators/{administrator_id}/effective-permissions", { params, query: { organization_id: at.value || one.organization.id }, signal }), [one.id, one.revision, at.value]);
  const holdings = useHoldings(one, set);
  const roles = useRoles(one);
  const places = usePlaces();
  const may = useMay(one.organization.id, ["administrators.change-permissions", "administrators.assign-roles"], namesOf([one.organization]));
  const offPermissions = may.off("administrators.change-permissions");
  const givable = useGivable((ids, signal) => api.put("/v1/administrators/{administrator_id}/permissions", {
    params, query: { dry_run: true }, signal, body: { permissions: /** @type {Permission[]} */ ([...holdings.before.peek(), ...ids]) },
  }), [one.id, one.revision]);
  const holding = {
    own: holdings.permissions.value,
    before: holdings.before.value,
    from: comesFrom(holdings, roles, here.data),
    asked: may.asked,
    locked: Boolean(offPermissions),
    givable,
    to: one,
    onChange: (/** @type {string} */ id, /** @type {boolean} */ on) => holdings.tick(id, on),
  };
  const roleName = (/** @type {string} */ id) => roles.find((each) => each.id === id)?.name ?? t("assigned.hidden");
  return html`
    <div class="update-body">
      <div class="update-main">
        <${Met} holdings=${holdings} roleName=${roleName} />
        ${holdings.problem.value !== null && html`<${ProblemNote} problem=${holdings.problem.value} names=${{ [one.organization.id]: one.organization.name }} takesFocus />`}
        ${holdings.outcome.value === "savedRoles" && html`<${Note} kind="warn">${t("saving.savedRoles")}<//>`}
        <${RolesCard} holdings=${holdings} roles=${roles} places=${places} off=${may.off("administrators.assign-roles")} />
        <${Card} title=${t("singly.title")} end=${html`<${FindPermission} find=${find} />`} padded=${false}>
          <p class="card-note quiet small">${t("singly.words", { organization: one.organization.name })}</p>
          ${offPermissions && html`<div class="card-note"><${Note} icon="lock" title=${t("singly.off")}>${offPermissions}<//></div>`}
          <${PermissionList} holding=${holding} find=${find.value} />
        <//>
      </div>
      <div class="update-aside">
        <${Saving} holdings=${holdings} effective=${here.data} />
        <${EffectiveList} resource=${there} at=${at} places=${places} own=${one.organization} />
      </div>
    </div>
    <${SaveFoot} changes=${holdings.changes.value} busy=${holdings.busy.value} off=${offOf(holdings)} words=${wordsOf(holdings)} title=${plainly(one.name)} alone=${alone}
      short=${html`<${Shortly} holdings=${holdings} />`} onDiscard=${() => holdings.discard()} onSave=${() => holdings.save()}>
      <${Saving} holdings=${holdings} effective=${here.data} />
    <//>`;
}

/** Why saving is not possible now, by the server's preview. @param {Holdings} holdings */
function offOf(holdings) {
  if (holdings.changes.value === 0) return true;
  return holdings.preview.value?.problem ? t("saving.refused") : undefined;
}

/** @param {Holdings} holdings */
const wordsOf = (holdings) => (holdings.changes.value === 0 && holdings.outcome.value === "saved" ? html`<span role="status">${t("saving.saved")}</span>` : undefined);

/** The roles of the administrator's organization, and those of the reader's. @param {Administrator} one @returns {Role[]} */
function useRoles(one) {
  const own = who.value?.administrator.organization.id;
  const roles = useResource(async (signal) => {
    const owners = [...new Set([one.organization.id, own])].filter((id) => id !== undefined);
    const pages = await Promise.all(owners.map((id) => ifMay("roles.view", id, async () => (await everything((cursor) => api.get("/v1/roles", { query: { organization_id: id, limit: PAGE, cursor }, signal }))).items, [], signal)));
    return pages.flat();
  }, [one.id]);
  return roles.data ?? [];
}

/** What counts without being held singly, and why: roles as chosen now, and what a form of Super Admin includes. @param {Holdings} holdings @param {Role[]} roles @param {Effective | null} effective */
function comesFrom(holdings, roles, effective) {
  /** @type {Map<string, string>} */
  const from = new Map();
  const own = holdings.one.value.organization.id;
  for (const { permission, because } of effective?.permissions ?? []) {
    for (const { role, included_in: included, organization } of because) {
      if (role && (roles.some(({ id }) => id === role.id) || !holdings.roles.value.some((each) => each.role === role.id))) continue;
      if (!role && (!included || included === permission || (organization?.id === own && !holdings.permissions.value.has(included)))) continue;
      from.set(permission, role?.name ?? permissionTitle(included ?? ""));
    }
  }
  for (const { role, at } of holdings.chosen()) {
    const known = roles.find(({ id }) => id === role);
    if (known && (!at || at === own)) for (const id of known.permissions) if (!from.has(id)) from.set(id, known.name);
  }
  return from;
}
