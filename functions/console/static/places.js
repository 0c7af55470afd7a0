// The organizations of the reader, which are their own and those below it, and the groups of one.

import { api, Problem } from "./api.js";
import { useResource } from "./resource.js";
import { mayBeUseful, who } from "./session.js";
import { plainly } from "./components/text.js";

/** @typedef {{ id: string, name: string, parent_id?: string | null, revision?: number }} Organization */

const PAGE = 200;
/** More than these are found by their address only. */
const MOST = 2000;

/** @typedef {{ items: Organization[], complete: boolean }} Found */

/** What was read last, shown while it is read again. @type {{ of: string | undefined, found: Found } | null} */
let last = null;

/** @returns {import("./resource.js").Resource<Found>} */
export function useOrganizations() {
  const mine = who.value?.administrator.organization.id;
  const may = mayBeUseful("organizations.view");
  const organizations = useResource(async (signal) => {
    const found = may ? await readAll(signal).catch(ownOf) : ownAlone();
    last = { of: mine, found };
    return found;
  }, [mine, may]);
  return { ...organizations, data: organizations.data ?? (last?.of === mine ? last?.found ?? null : null) };
}

/** Those to choose from: at once the own one, then all. @returns {Organization[]} */
export const usePlaces = () => useOrganizations().data?.items ?? ownAlone().items;

/** Whoever may not list organizations knows the own one. @returns {Found} */
function ownAlone() {
  const own = who.value?.administrator.organization;
  return { items: own ? [{ ...own, parent_id: null }] : [], complete: true };
}

/** @param {unknown} problem @returns {Found} */
function ownOf(problem) {
  if (!(problem instanceof Problem) || problem.status !== 403) throw problem;
  return ownAlone();
}

/** @param {AbortSignal} signal @returns {Promise<Found>} */
async function readAll(signal) {
  /** @type {Organization[]} */
  const below = [];
  /** @type {string | null | undefined} */
  let cursor = null;
  do {
    /** @type {import("./api.js").Schemas["Page_OrganizationView"]} */
    const page = await api.get("/v1/organizations", { query: { limit: PAGE, cursor }, signal });
    below.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor && below.length < MOST);
  const own = ownAlone().items;
  const mine = below.find(({ id }) => id === own[0]?.id);
  const rest = below.filter((one) => one !== mine).sort((one, other) => plainly(one.name).localeCompare(plainly(other.name)));
  return { items: [...(mine ? [mine] : own), ...rest], complete: !cursor };
}

/** The organization of the address, or else the reader's own. @param {string | null} [named] */
export const organizationOf = (named) => named || who.value?.administrator.organization.id || "";

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

/** All groups of an organization. @param {string} organization */
export function useGroups(organization) {
  return useResource(async (signal) => {
    /** @type {import("./api.js").Schemas["GroupView"][]} */
    const items = [];
    /** @type {string | null | undefined} */
    let cursor = null;
    do {
      /** @type {import("./api.js").Schemas["Page_GroupView"]} */
      const page = await api.get("/v1/organizations/{organization_id}/groups", { params: { organization_id: organization }, query: { limit: PAGE, cursor }, signal });
      items.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor && items.length < MOST);
    return items.sort((one, other) => plainly(one.name).localeCompare(plainly(other.name)));
  }, [organization]);
}
