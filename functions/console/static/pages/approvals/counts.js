// How many requests are pending, by organization: for the chips, and for the navigation.

import { api } from "../../api.js";
import { useRepeated, useResource } from "../../resource.js";
import { useEffect } from "../../ui.js";
import { pending } from "../../shell/pending.js";

/** @typedef {import("../../api.js").Schemas["RequestCounts"]} Counts */

const EVERY = 10_000;

/** @returns {import("../../resource.js").Resource<Counts>} */
export function useCounts() {
  const counts = useResource((signal) => api.get("/v1/requests/counts", { query: { limit: 50 }, signal }), []);
  useRepeated(async () => counts.set(await api.get("/v1/requests/counts", { query: { limit: 50 } })), EVERY);
  useEffect(() => {
    if (counts.data) pending.value = counts.data.total;
  }, [counts.data]);
  return counts;
}

/** The organizations with something pending, the largest first. @param {Counts | null} counts */
export function organizationsOf(counts) {
  if (!counts) return [];
  const own = Object.values(counts.own).reduce((sum, n) => sum + n, 0);
  const all = counts.organizations.map(({ organization, count }) => ({ ...organization, count }));
  if (own > 0) all.push({ ...counts.organization, count: own });
  return all.filter(({ count }) => count > 0).sort((one, other) => other.count - one.count);
}
