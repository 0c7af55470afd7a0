// The organizations of the reader, which are their own and those below it, and the groups of one.

import { api } from "./api.js";
import { PAGE, everything } from "./everything.js";
import { ifMay } from "./may.js";
import { useResource } from "./resource.js";
import { who } from "./session.js";
import { plainly } from "./components/text.js";

/** @typedef {{ id: string, name: string, parent_id?: string | null, revision?: number }} Organization */
/** @typedef {{ items: Organization[], complete: boolean }} Found */

/** What was read last, shown while it is read again. @type {{ of: string | undefined, found: Found } | null} */
let last = null;

/** Where what the reader holds is set, their own organization first. @returns {Organization[]} */
export function heldAt() {
  const me = who.value;
  if (!me) return [];
  const own = me.administrator.organization;
  // Somebody may hold something elsewhere alone.
  const holdsNothing = !me.permissions.some((held) => held.organization_id === own.id);
  const all = holdsNothing && me.places.length ? me.places : [own, ...me.places];
  return all.map((one) => ({ ...one, parent_id: null }));
}

/** @returns {import("./resource.js").Resource<Found>} */
export function useOrganizations() {
  const mine = who.value?.administrator.id;
  const organizations = useResource(async (signal) => {
    const found = await readAll(signal);
    last = { of: mine, found };
    return found;
  }, [mine]);
  return { ...organizations, data: organizations.data ?? (last?.of === mine ? last?.found ?? null : null) };
}

/** Those to choose from: at once where the reader holds something, then all. @returns {Organization[]} */
export const usePlaces = () => useOrganizations().data?.items ?? heldAt();

/** @param {AbortSignal} signal @returns {Promise<Found>} */
async function readAll(signal) {
  /** @type {Found} */
  const found = { items: [], complete: true };
  for (const place of heldAt()) {
    if (found.items.some(({ id }) => id === place.id)) continue;
    const { items, complete } = await ifMay("organizations.view", place.id, () => readBelow(place.id, signal), { items: [], complete: true }, signal);
    const rest = items.sort((one, other) => plainly(one.name).localeCompare(plainly(other.name)));
    found.items = [...found.items.filter(({ id }) => !rest.some((one) => one.id === id)), place, ...rest];
    found.complete &&= complete;
  }
  return found;
}

/** @param {string} id @param {AbortSignal} signal @returns {Promise<Found>} */
const readBelow = (id, signal) => everything((cursor) => api.get("/v1/organizations", { query: { organization_id: id, limit: PAGE, cursor }, signal }));

/** The organization of the address, or else the reader's own, or where they hold something. @param {string | null} [named] */
export const organizationOf = (named) => named || heldAt()[0]?.id || "";

/** @param {Organization[] | undefined} organizations @returns {Record<string, string>} */
export const namesOf = (organizations) => Object.fromEntries((organizations ?? []).map(({ id, name }) => [id, name]));

/**
 * For `Select`. What is chosen is among them even where it is out of the reader's sight.
 * @param {{ id: string, name: string }[]} organizations @param {{ id: string, name: string } | null} [chosen]
 */
export function choices(organizations, chosen) {
  const all = chosen && !organizations.some(({ id }) => id === chosen.id) ? [chosen, ...organizations] : organizations;
  return all.map(({ id, name }) => ({ value: id, label: plainly(name) }));
}

/** All groups of an organization; none for those who may not see them. @param {string} organization @param {AbortSignal} signal */
export const groupsOf = (organization, signal) => ifMay("computer-groups.view", organization, () => readGroups(organization, signal), [], signal);

/** @param {string} organization */
export const useGroups = (organization) => useResource((signal) => groupsOf(organization, signal), [organization]);

/** @param {string} organization @param {AbortSignal} signal */
async function readGroups(organization, signal) {
  const { items } = await everything((cursor) => api.get("/v1/organizations/{organization_id}/groups", { params: { organization_id: organization }, query: { limit: PAGE, cursor }, signal }));
  return items.sort((one, other) => plainly(one.name).localeCompare(plainly(other.name)));
}
