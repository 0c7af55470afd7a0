// How many requests are pending, by organization: for the chips, and for the navigation.

import { api } from "../../api.js";
import { ifMay } from "../../may.js";
import { heldAt } from "../../places.js";
import { useReread, useResource } from "../../resource.js";
import { useEffect } from "../../ui.js";
import { pending } from "../../shell/pending.js";

/** @typedef {import("../../api.js").Schemas["RequestCounts"]} Counts */

const EVERY = 10_000;
/** As many as one answer names. */
const MOST = 200;

/** Those of an organization and below it; null for somebody who may not list requests there. @param {string} organization @returns {import("../../resource.js").Resource<Counts | null>} */
export function useCounts(organization) {
  const read = (/** @type {AbortSignal} */ signal) => api.get("/v1/requests/counts", { query: { organization_id: organization, limit: MOST }, signal });
  const counts = useResource((signal) => ifMay("requests.list", organization, () => read(signal), null, signal), [organization]);
  useReread(counts, EVERY);
  useEffect(() => {
    if (counts.data) pending.value = counts.data.total;
  }, [counts.data]);
  return counts;
}

/**
 * The organizations with something pending, the largest first; then the others where the reader holds something, which are not counted.
 * @param {Counts | null} counts @returns {{ id: string, name: string, count: number | null }[]}
 */
export function organizationsOf(counts) {
  if (!counts) return [];
  const known = counted(counts);
  const others = heldAt().slice(1).filter(({ id }) => !known.some((one) => one.id === id));
  return [...known, ...others.map(({ id, name }) => ({ id, name, count: null }))];
}

/** @param {Counts} counts */
function counted(counts) {
  const own = Object.values(counts.own).reduce((sum, n) => sum + n, 0);
  const all = counts.organizations.map(({ organization, count }) => ({ ...organization, count }));
  if (own > 0) all.push({ ...counts.organization, count: own });
  return all.filter(({ count }) => count > 0).sort((one, other) => other.count - one.count);
}
