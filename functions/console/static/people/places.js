// The organizations that the reader may choose from: their own and those below it, as far as they may see them.

import { api } from "../api.js";
import { useResource } from "../resource.js";
import { mayBeUseful, who } from "../session.js";
import { plainly } from "../components/text.js";

/** @typedef {{ id: string, name: string }} Organization */

const PAGE = 200;
const MOST = 5;

/** @param {boolean} may @param {AbortSignal} signal @returns {Promise<Organization[]>} */
async function readPlaces(may, signal) {
  const own = who.value?.administrator.organization;
  if (!may) return own ? [own] : [];
  /** @type {Organization[]} */
  const below = [];
  let cursor = /** @type {string | null} */ (null);
  for (let nth = 0; nth < MOST; nth += 1) {
    const answer = await api.get("/v1/organizations", { query: { limit: PAGE, cursor }, signal });
    below.push(...answer.items);
    cursor = answer.next_cursor ?? null;
    if (!cursor) break;
  }
  const rest = below.filter(({ id }) => id !== own?.id).map(({ id, name }) => ({ id, name }));
  rest.sort((one, other) => one.name.localeCompare(other.name));
  return own ? [own, ...rest] : rest;
}

/** Whoever may not list organizations has their own to choose from. @returns {Organization[]} */
export function usePlaces() {
  const own = who.value?.administrator.organization;
  const may = mayBeUseful("organizations.view");
  const places = useResource((signal) => readPlaces(may, signal), [own?.id, may]);
  return places.data ?? (own ? [own] : []);
}

/** For `Select`; what is chosen is among them even where it is out of the reader's sight. @param {Organization[]} places @param {Organization | null} [chosen] */
export function placeOptions(places, chosen) {
  const all = chosen && !places.some(({ id }) => id === chosen.id) ? [chosen, ...places] : places;
  return all.map(({ id, name }) => ({ value: id, label: plainly(name) }));
}
