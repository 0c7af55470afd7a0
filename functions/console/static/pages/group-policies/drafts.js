// What an organization's drafts would change, and which computers have the live version.

import { api } from "../../api.js";
import { useRepeated, useResource } from "../../resource.js";
import { ifMay, useMay } from "../../may.js";

/** @typedef {import("../../api.js").Schemas} Schemas */

const EVERY = 5000;

/** @type {Schemas["Action"][]} */
export const ACTIONS = ["organizations.deploy", "application-policies.create", "application-policies.edit", "application-policies.delete", "application-policies.move"];

/**
 * Null for those who may not see policies. `comparison` is of the whole organization, as deploying is; `ofGroup` is of one group.
 * @param {string} organization @param {string | null} group @param {Record<string, string>} names
 */
export function useDrafts(organization, group, names) {
  const params = { organization_id: organization };
  const may = useMay(organization, ACTIONS, names);
  const drafts = useResource((signal) => ifMay("application-policies.view", organization, async () => {
    const compare = (/** @type {string | undefined} */ of) => api.get("/v1/organizations/{organization_id}/policies/changes", { params, query: { group_id: of }, signal });
    const [comparison, ofGroup, rollout] = await Promise.all([
      compare(undefined),
      group ? compare(group) : null,
      // It is of computers, which not everybody who deploys may see.
      ifMay("computers.view", organization, () => api.get("/v1/organizations/{organization_id}/policies/rollout", { params, signal }), null, signal),
    ]);
    return { comparison, ofGroup, rollout };
  }, null, signal), [organization, group]);
  useRepeated(async () => {
    const shown = drafts.data;
    if (!shown?.rollout?.behind) return;
    const rollout = await api.get("/v1/organizations/{organization_id}/policies/rollout", { params });
    drafts.set({ ...shown, rollout });
  }, EVERY);
  return { ...drafts, may };
}

/** @typedef {ReturnType<typeof useDrafts>} Drafts */
