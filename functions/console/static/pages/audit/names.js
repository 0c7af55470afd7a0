// The names of what entries mention by their ids: as the server says them, and of roles and people as far as the reader may list them.

import { api } from "../../api.js";
import { ifMay } from "../../may.js";
import { useResource } from "../../resource.js";
import { who } from "../../session.js";
import { namesOf, usePlaces } from "../../places.js";

const PAGE = 200;

/** @typedef {import("./sentences.js").Names} Names */
/** @typedef {import("./sentences.js").Entry} Entry */

/** Which names an id is found in, by its first letters. @type {Record<string, keyof Names>} */
const KINDS = { adm: "people", org: "organizations", grp: "groups", cmp: "computers" };

/** What entries say themselves about who is called how. @param {Entry[]} entries */
function namesIn(entries) {
  /** @type {Names} */
  const found = { people: {}, organizations: {}, groups: {}, roles: {}, computers: {} };
  for (const { actor, act, detail, names } of entries) {
    for (const [id, name] of Object.entries(names)) found[KINDS[id.slice(0, 3)]][id] ??= name;
    const { administrator_id: person, role_id: role, before, after } = /** @type {Record<string, any>} */ (detail);
    const name = after?.name ?? before?.name;
    if (actor.kind === "administrator") found.people[actor.id] ??= actor.name;
    if (act.startsWith("administrator.") && name) found.people[person] ??= name;
    if (act.startsWith("role.") && name) found.roles[role] ??= name;
  }
  return found;
}

/** @param {string} organization @param {Entry[]} entries @returns {Names} */
export function useNames(organization, entries) {
  const me = who.value?.administrator;
  const query = { organization_id: organization, limit: PAGE };
  const people = useNamed("administrators.view", organization, (signal) => api.get("/v1/administrators", { query, signal }));
  const roles = useNamed("roles.view", organization, (signal) => api.get("/v1/roles", { query, signal }));
  const said = namesIn(entries);
  return {
    ...said,
    organizations: { ...said.organizations, ...namesOf(usePlaces()) },
    people: { ...said.people, ...people, ...(me ? { [me.id]: me.name } : {}) },
    roles: { ...said.roles, ...roles },
  };
}

/**
 * The first page of a list. What is not on it, or may not be listed, keeps its id.
 * @param {import("../../api.js").Schemas["Action"]} action @param {string} organization @param {(signal: AbortSignal) => Promise<{ items: { id: string, name: string }[] }>} read
 */
function useNamed(action, organization, read) {
  const list = useResource((signal) => ifMay(action, organization, async () => (await read(signal)).items, [], signal), [organization]);
  return namesOf(list.data ?? []);
}
