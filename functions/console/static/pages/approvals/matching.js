// How many pending requests match the filters of the list, as the server counts them when it is asked what deciding all of them would do.

import { api } from "../../api.js";
import { useResource } from "../../resource.js";
import { AT_ONCE } from "./list.js";

/** @typedef {import("../../api.js").Schemas["MatchingFilter"]} Filter */

/** As many as one call looks at. */
const LOOKED_AT = 50;

/** Null until it is known, and where there are more than are selected at once. @param {Record<string, string>} query of the list @param {boolean} matters */
export function useMatching(query, matters) {
  const kind = /** @type {Filter["kind"]} */ (query.kind || undefined);
  const filter = { organization_id: query.organization_id, kind, group_id: query.group_id || undefined, q: query.q || undefined };
  // The server does not look for those that somebody has taken.
  const asks = matters && !query.assignee;
  return useResource((signal) => (asks ? countAll(filter, signal) : Promise.resolve(null)), [JSON.stringify(filter), asks]).data;
}

/** @param {Filter} filter @param {AbortSignal} signal */
async function countAll(filter, signal) {
  // Nobody is told of this outcome, so there is least to look up.
  const decision = /** @type {const} */ ({ outcome: "ignored" });
  /** @type {string | undefined} */
  let cursor;
  let n = 0;
  for (let call = 0; call < AT_ONCE / LOOKED_AT; call += 1) {
    const { results, skipped, next_cursor: next } = await api.post("/v1/requests/decisions/matching", { query: { dry_run: true, cursor }, body: { filter, decision }, signal });
    n += results.length + skipped.length;
    if (!next) return n;
    cursor = next;
  }
  return null;
}
