// The roles of an administrator: rows of a role at an organization, which is optional.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { permissionTitle } from "../../session.js";
import { choices } from "../../places.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { LongSelect } from "../../components/long-select.js";
import { Note } from "../../components/note.js";
import { plainly } from "../../components/text.js";

/** @typedef {import("../../api.js").Schemas["RoleView"]} Role */
/** @typedef {import("./holdings.js").Holdings} Holdings */
/** @typedef {{ id: string, name: string }} Organization */

/** @param {{ holdings: Holdings, roles: Role[], places: Organization[], off: any }} props */
export function RolesCard({ holdings, roles, places, off }) {
  const rows = holdings.roles.value;
  const add = html`<${Button} size="small" icon="plus" off=${off && true} onClick=${() => holdings.add()}>${t("assigned.add")}<//>`;
  return html`
    <${Card} title=${t("assigned.title")} end=${add} padded=${false}>
      ${off && html`<div class="card-note"><${Note} icon="lock" title=${t("assigned.off")}>${off}<//></div>`}
      ${rows.length === 0 && html`<p class="card-note quiet">${t("assigned.none")}</p>`}
      ${rows.map((row) => html`<${Row} key=${row.key} row=${row} holdings=${holdings} roles=${roles} places=${places} off=${off} />`)}
    <//>`;
}

/** @param {{ row: import("./holdings.js").Assigned, holdings: Holdings, roles: Role[], places: Organization[], off: any }} props */
function Row({ row, holdings, roles, places, off }) {
  const open = useSignal(false);
  const one = holdings.one.value;
  const role = roles.find(({ id }) => id === row.role);
  const named = one.assignments.find((each) => each.role_id === row.role)?.role_name;
  const name = role?.name ?? named ?? (row.role ? t("assigned.hidden") : "");
  const options = roles.map((each) => ({ value: each.id, label: plainly(each.name) }));
  if (row.role && !role) options.unshift({ value: row.role, label: plainly(name) });
  if (!row.role) options.unshift({ value: "", label: t("assigned.choose") });
  const own = { value: "", label: t("assigned.own", { organization: one.organization.name }) };
  const others = choices(places.filter(({ id }) => id !== one.organization.id), row.at ? places.find(({ id }) => id === row.at) ?? { id: row.at, name: t("missing.organization") } : null);
  const locked = Boolean(off);
  return html`
    <div class="role-row">
      <div class="role-choices">
        <${LongSelect} hideLabel label=${t("assigned.role")} value=${row.role} options=${locked ? only(options, row.role) : options} onChange=${(/** @type {string} */ id) => holdings.assign(row.key, { role: id })} />
        <span class="quiet small">${t("assigned.at")}</span>
        <${LongSelect} hideLabel label=${t("assigned.place")} value=${row.at} options=${locked ? only([own, ...others], row.at) : [own, ...others]} onChange=${(/** @type {string} */ id) => holdings.assign(row.key, { at: id })} />
        <${Button} kind="bare" icon="close" label=${t("assigned.remove", { role: name })} off=${locked && true} onClick=${() => holdings.remove(row.key)} />
      </div>
      ${role && html`<p class="small"><button type="button" class="link" aria-expanded=${String(open.value)} onClick=${() => { open.value = !open.value; }}>${t(open.value ? "assigned.hide" : "assigned.show")}</button>${open.value && html` <span class="quiet">${role.permissions.map(permissionTitle).join(", ")}</span>`}</p>`}
    </div>`;
}

/** What is chosen, where nothing else can be. @param {{ value: string, label: string }[]} options @param {string} value */
const only = (options, value) => options.filter((each) => each.value === value);
