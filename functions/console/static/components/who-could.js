// Who could do what the reader may not, so that they know whom to ask. It is read where it is shown: the reasons of disabled buttons are
// hidden.

import { html, useEffect, useRef, useSignal } from "../ui.js";
import { rich, t } from "../i18n.js";
import { api } from "../api.js";
import { PAGE, everything } from "../everything.js";
import { ifMay } from "../may.js";
import { heldAt } from "../places.js";
import { who } from "../session.js";

/** @typedef {import("../api.js").Schemas["WhoCan"]} Able */

/** What was read already, by action and organization. @type {Map<string, Promise<Able[] | null>>} */
const read = new Map();

/** Null for those who may not see the administrators there: nobody is named to them. @param {any} action @param {string} organization */
function ableTo(action, organization) {
  const key = `${action} ${organization}`;
  const page = (/** @type {string | null} */ cursor) => api.get("/v1/authorize/who", { query: { action, organization_id: organization, limit: PAGE, cursor } });
  const found = read.get(key) ?? ifMay("administrators.view", organization, async () => (await everything(page)).items, null);
  read.set(key, found);
  // What fails is asked again the next time.
  found.catch(() => read.delete(key));
  return found;
}

/** @param {{ action: string, organization: string, names: Record<string, string> }} props `names`: of organizations, by their id */
export function WhoCould({ action, organization, names }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const able = useSignal(/** @type {Able[] | null} */ (null));
  const sees = Boolean(names[organization]) || [who.value?.administrator.organization.id, ...heldAt().map(({ id }) => id)].includes(organization);
  useEffect(() => {
    if (!sees || !place.current?.getClientRects().length) return;
    // Without it the reader still knows what is missing.
    ableTo(action, organization).then((found) => { able.value = found; }, () => undefined);
  }, [action, organization, sees]);
  return html`<p class="who-could" ref=${place}>${able.value && said(able.value)}</p>`;
}

/** @param {Able[]} able */
function said(able) {
  const named = able.flatMap(({ administrator }) => ("id" in administrator ? [administrator.name] : []));
  if (!able.length) return t("whoCould.nobody");
  if (!named.length) return t("whoCould.managing");
  return able.length > 1 ? rich("whoCould.several", { name: named[0], n: able.length - 1 }) : rich("whoCould.one", { name: named[0] });
}
