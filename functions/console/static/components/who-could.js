// Who could do what the reader may not, and who can give them what is missing, so that they know whom to ask. It is read where it is
// shown: the reasons of disabled buttons are hidden.

import { html, useEffect, useRef, useSignal } from "../ui.js";
import { rich } from "../i18n.js";
import { api } from "../api.js";
import { PAGE, everything } from "../everything.js";
import { ifMay } from "../may.js";
import { heldAt } from "../places.js";
import { permissionTitle, who } from "../session.js";

/** @typedef {import("../api.js").Schemas["WhoCan"]} Able */

/** What was read already, by what was asked. @type {Map<string, Promise<Able[] | null>>} */
const read = new Map();

/** Null for those who may not see the administrators of the organization: nobody is named to them. @param {any} asked @param {string} organization */
function ask(asked, organization) {
  const key = JSON.stringify(asked);
  const page = (/** @type {string | null} */ cursor) => api.get("/v1/authorize/who", { query: { ...asked, limit: PAGE, cursor } });
  const found = read.get(key) ?? ifMay("administrators.view", organization, async () => (await everything(page)).items, null);
  read.set(key, found);
  // What fails is asked again the next time.
  found.catch(() => read.delete(key));
  return found;
}

/** Who can give a permission to an administrator, who belongs to the organization. @param {string} permission @param {string} whom @param {string} organization */
export const givers = (permission, whom, organization) => ask({ give: permission, administrator_id: whom }, organization);

/**
 * @param {{ action: string, organization: string, names: Record<string, string>, sets: { permission: string, organization_id?: string | null }[][] }} props
 * `names`: of organizations, by their id; `sets`: the permissions that are missing, of which one set would be enough
 */
export function WhoCould({ action, organization, names, sets }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const able = useSignal(/** @type {Able[] | null} */ (null));
  const giving = useSignal(/** @type {{ by: Able[] | null } | null} */ (null));
  const me = who.value?.administrator;
  const home = me?.organization.id ?? "";
  const sees = Boolean(names[organization]) || [home, ...heldAt().map(({ id }) => id)].includes(organization);
  // One that is given singly counts where its holder belongs.
  const permission = sets.find(([one, ...more]) => one?.organization_id === home && !more.length)?.[0]?.permission;
  useEffect(() => {
    if (!place.current?.getClientRects().length) return;
    // Without these the reader still knows what is missing.
    if (sees) ask({ action, organization_id: organization }, organization).then((found) => { able.value = found; }, () => undefined);
    if (me && permission) givers(permission, me.id, home).then((by) => { giving.value = { by }; }, () => undefined);
  }, [action, organization, sees, permission]);
  return html`
    <div class="who-could" ref=${place}>
      ${permission && giving.value && html`<p>${inWords("whoCould.give", giving.value.by, { permission: permissionTitle(permission) })}</p>`}
      ${able.value && html`<p>${inWords("whoCould", able.value)}</p>`}
    </div>`;
}

/** "Ask Mia or 2 others" @param {string} key where the forms of the sentence are among the texts @param {Able[] | null} able @param {Record<string, unknown>} [more] */
export function inWords(key, able, more = {}) {
  const [name] = (able ?? []).flatMap(({ administrator }) => ("id" in administrator ? [administrator.name] : []));
  const n = (able?.length ?? 0) - 1;
  if (able && n < 0) return rich(`${key}.nobody`, more);
  if (name === undefined) return rich(`${key}.managing`, more);
  return n > 0 ? rich(`${key}.several`, { ...more, name, n }) : rich(`${key}.one`, { ...more, name });
}
