// The organizations of the reader: their own and those below it.

import { api, Problem } from "../api.js";
import { useResource } from "../resource.js";
import { who } from "../session.js";
import { plainly } from "../components/text.js";

/** @typedef {{ id: string, name: string, parent_id?: string | null, revision?: number }} Organization */

const PAGE = 200;
/** More than these are found by their address only. */
const MOST = 2000;

/** @typedef {{ items: Organization[], complete: boolean }} Found */

/** What was read last, shown while it is read again. @type {{ of: string | undefined, found: Found } | null} */
let last = null;

/** @returns {import("../resource.js").Resource<Found>} */
export function useOrganizations() {
  const mine = who.value?.administrator.organization.id;
  const organizations = useResource(async (signal) => {
    const found = await readAll(signal).catch(ownAlone);
    last = { of: mine, found };
    return found;
  }, [mine]);
  return { ...organizations, data: organizations.data ?? (last?.of === mine ? last?.found ?? null : null) };
}

/** Whoever may not list organizations knows the own one. @param {unknown} problem @returns {Found} */
function ownAlone(problem) {
  const own = who.value?.administrator.organization;
  if (!own || !(problem instanceof Problem) || problem.status !== 403) throw problem;
  return { items: [{ ...own, parent_id: null }], complete: true };
}

/** @param {AbortSignal} signal @returns {Promise<Found>} */
async function readAll(signal) {
  /** @type {Organization[]} */
  const below = [];
  /** @type {string | null | undefined} */
  let cursor = null;
  do {
    /** @type {import("../api.js").Schemas["Page_OrganizationView"]} */
    const page = await api.get("/v1/organizations", { query: { limit: PAGE, cursor }, signal });
    below.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor && below.length < MOST);
  const own = who.value?.administrator.organization;
  const all = own && !below.some((one) => one.id === own.id) ? [{ ...own, parent_id: null }, ...below] : below;
  return { items: all.sort((one, other) => plainly(one.name).localeCompare(plainly(other.name))), complete: !cursor };
}

/** The organization of the address, or else the reader's own. @param {string | null} [named] */
export const organizationOf = (named) => named || who.value?.administrator.organization.id || "";

/** @param {Organization[] | undefined} organizations @returns {Record<string, string>} */
export const namesOf = (organizations) => Object.fromEntries((organizations ?? []).map(({ id, name }) => [id, name]));

/** @param {Organization[] | undefined} organizations */
export const choices = (organizations) => (organizations ?? []).map(({ id, name }) => ({ value: id, label: plainly(name) }));

/** All groups of an organization. @param {string} organization */
export function useGroups(organization) {
  return useResource(async (signal) => {
    /** @type {import("../api.js").Schemas["GroupView"][]} */
    const items = [];
    /** @type {string | null | undefined} */
    let cursor = null;
    do {
      /** @type {import("../api.js").Schemas["Page_GroupView"]} */
      const page = await api.get("/v1/organizations/{organization_id}/groups", { params: { organization_id: organization }, query: { limit: PAGE, cursor }, signal });
      items.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor && items.length < MOST);
    return items.sort((one, other) => plainly(one.name).localeCompare(plainly(other.name)));
  }, [organization]);
}
