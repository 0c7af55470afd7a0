// The names of what entries mention by their ids, as far as the reader may list them.

import { api } from "../../api.js";
import { useResource } from "../../resource.js";
import { mayBeUseful, who } from "../../session.js";
import { namesOf, usePlaces } from "../../places.js";

const PAGE = 200;

/** @typedef {import("./sentences.js").Names} Names */

/** @param {string} organization @returns {Names} */
export function useNames(organization) {
  const me = who.value?.administrator;
  const query = { organization_id: organization, limit: PAGE };
  const people = useNamed("administrators.view", organization, (signal) => api.get("/v1/administrators", { query, signal }));
  const roles = useNamed("roles.view", organization, (signal) => api.get("/v1/roles", { query, signal }));
  const groups = useNamed("computer-groups.view", organization, (signal) => api.get("/v1/organizations/{organization_id}/groups", { params: query, query: { limit: PAGE }, signal }));
  return { organizations: namesOf(usePlaces()), people: me ? { ...people, [me.id]: me.name } : people, roles, groups };
}

/**
 * The first page of a list. What is not on it, or may not be listed, keeps its id.
 * @param {string} action @param {string} organization @param {(signal: AbortSignal) => Promise<{ items: { id: string, name: string }[] }>} read
 */
function useNamed(action, organization, read) {
  const may = mayBeUseful(action);
  const list = useResource(async (signal) => (may ? (await read(signal)).items : []), [organization, may]);
  return namesOf(list.data ?? []);
}
