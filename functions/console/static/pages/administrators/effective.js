// The effective permissions at a place, each with every grant that gives it.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { permissionTitle } from "../../session.js";
import { choices } from "../../places.js";
import { Icon } from "../../components/icon.js";
import { Loaded } from "../../components/loaded.js";
import { LongSelect } from "../../components/long-select.js";

/** @typedef {import("../../api.js").Schemas["EffectivePermissions"]} Effective */
/** @typedef {import("../../api.js").Schemas["PermissionReason"]} Reason */

const SHOWN = 6;

/** @param {{ resource: import("../../resource.js").Resource<Effective>, at: import("@preact/signals").Signal<string>, places: { id: string, name: string }[], own: { id: string, name: string } }} props */
export function EffectiveList({ resource, at, places, own }) {
  return html`
    <section aria-label=${t("effective.title")}>
      <h2 class="aside-title">${t("effective.title")}</h2>
      <div class="effective-at"><${LongSelect} hideLabel label=${t("effective.where")} value=${at.value || own.id} options=${choices(places, own)} onChange=${(/** @type {string} */ id) => { at.value = id; }} /></div>
      <${Loaded} resource=${resource}>${(/** @type {Effective} */ effective) => html`<${List} effective=${effective} />`}<//>
    </section>`;
}

/** @param {{ effective: Effective }} props */
function List({ effective }) {
  const all = useSignal(false);
  const { permissions } = effective;
  if (!permissions.length) return html`<p class="quiet">${t("effective.none")}</p>`;
  const more = permissions.length > SHOWN || permissions.some(({ because }) => because.length > 1);
  return html`
    <ul class="effective">${permissions.slice(0, all.value ? undefined : SHOWN).map(({ permission, because }) => html`
      <li key=${permission}><${Icon} name="check" small /><div><b>${permissionTitle(permission)}</b>${because.slice(0, all.value ? undefined : 1).map((reason) => html`<div class="small quiet"><${Because} reason=${reason} /></div>`)}</div></li>`)}</ul>
    ${more && html`<p class="small"><button type="button" class="link" onClick=${() => { all.value = !all.value; }}>${all.value ? t("effective.fewer") : t("effective.all", { n: permissions.length })}</button></p>`}`;
}

/** @param {{ reason: Reason }} props */
function Because({ reason }) {
  const organization = reason.organization?.name ?? t("effective.managing");
  const key = reason.role ? "effective.role" : reason.reason.startsWith("from") ? "effective.hiddenRole" : "effective.singly";
  const included = reason.included_in ? html` · ${t("effective.included", { permission: permissionTitle(reason.included_in) })}` : null;
  return html`${rich(key, { role: reason.role?.name ?? "", organization })}${included}`;
}
