// What of the first steps is done, as the server says: also what was done elsewhere counts.

import { api } from "../../api.js";
import { ifMay } from "../../may.js";
import { useReread, useResource } from "../../resource.js";
import { who } from "../../session.js";

/** @typedef {import("../../api.js").Schemas} Schemas */
/**
 * @typedef {object} State
 * @property {{ id: string, name: string }} organization where the steps are taken
 * @property {Schemas["GroupView"] | null} group
 * @property {Schemas["PolicyView"] | null} policy one of the group that notifies somebody, or else its first one
 * @property {number} version of the live policies; 0 if none were deployed
 * @property {boolean} waits whether that policy differs from what is live
 * @property {Schemas["ComputerView"] | null} computer the newest one
 * @property {Schemas["RequestRow"] | null} request the newest one
 * @property {Schemas["RequestRow"] | null} pending the oldest one
 * @property {boolean} decided whether a request was ever decided
 * @property {Schemas["AdministratorView"] | null} colleague
 */

/** @typedef {"organization" | "group" | "notify" | "connect" | "ask" | "approve" | "colleague"} Step */

export const STEPS = /** @type {const} */ (["organization", "group", "notify", "connect", "ask", "approve", "colleague"]);

const EVERY = 4000;
/** How many organizations below the own one are looked at for a group. */
const BELOW = 10;

/** @param {Schemas["PolicyView"]} policy */
const notifies = ({ notify }) => notify.enabled && (notify.addresses?.length ?? 0) > 0;

/** @typedef {{ items: Schemas["GroupView"][] }} Groups */

/** Those who may not read something see it as not done. @param {string} id @param {AbortSignal} signal */
async function groupsOf(id, signal) {
  const read = () => api.get("/v1/organizations/{organization_id}/groups", { params: { organization_id: id }, query: { limit: 200 }, signal });
  return (await ifMay("computer-groups.view", id, read, /** @type {Groups} */ ({ items: [] }), signal)).items;
}

/** The own organization, or one below it that has a group already. @param {{ id: string, name: string }} own @param {AbortSignal} signal */
async function placeOf(own, signal) {
  const groups = await groupsOf(own.id, signal);
  if (groups.length) return { organization: own, groups };
  const below = await ifMay("organizations.view", own.id, () => api.get("/v1/organizations", { query: { limit: BELOW }, signal }), null, signal);
  for (const { id, name } of below?.items ?? []) {
    const found = await groupsOf(id, signal);
    if (found.length) return { organization: { id, name }, groups: found };
  }
  return { organization: own, groups };
}

/** @param {{ id: string, name: string }} organization @param {Schemas["GroupView"][]} groups @param {AbortSignal} signal */
async function policyOf({ id }, groups, signal) {
  const params = { organization_id: id };
  const none = { group: groups.at(-1) ?? null, policy: null, version: 0, waits: false };
  if (!groups.length) return none;
  const read = await ifMay("application-policies.view", id, () => Promise.all([
    api.get("/v1/organizations/{organization_id}/policies", { params, query: { limit: 200 }, signal }),
    api.get("/v1/organizations/{organization_id}/deployments", { params, signal }),
    api.get("/v1/organizations/{organization_id}/policies/changes", { params, signal }),
  ]), null, signal);
  if (!read) return none;
  const [policies, deployments, changes] = read;
  const policy = policies.items.find(notifies) ?? policies.items[0] ?? null;
  const differs = changes.groups.flatMap((one) => one.policies).some((one) => one.policy_id === policy?.id);
  const group = groups.find((one) => one.id === policy?.group_id) ?? none.group;
  return { group, policy, version: deployments.items[0]?.policy_version ?? 0, waits: differs };
}

/** @param {string} own @param {{ id: string }} organization @param {AbortSignal} signal */
async function restOf(own, { id }, signal) {
  const requests = (/** @type {Record<string, string>} */ query) => ifMay("requests.list", own, () => api.get("/v1/requests", { query: { ...query, limit: 1 }, signal }), null, signal);
  const [computers, newest, pending, decided, people] = await Promise.all([
    ifMay("computers.view", id, () => api.get("/v1/organizations/{organization_id}/computers", { params: { organization_id: id }, query: { limit: 1 }, signal }), null, signal),
    requests({}),
    requests({ status: "pending", order: "oldest" }),
    requests({ status: "decided" }),
    ifMay("administrators.view", own, () => api.get("/v1/administrators", { query: { organization_id: own, limit: 5 }, signal }), null, signal),
  ]);
  const me = who.value?.administrator.id;
  return {
    computer: computers?.items[0] ?? null,
    request: newest?.items[0] ?? null,
    pending: pending?.items[0] ?? null,
    decided: (decided?.items.length ?? 0) > 0 || Boolean(decided?.next_cursor),
    colleague: people?.items.find((one) => one.id !== me) ?? null,
  };
}

/** @param {AbortSignal} signal @returns {Promise<State | null>} */
async function readState(signal) {
  const own = who.value?.administrator.organization;
  if (!own) return null;
  const { organization, groups } = await placeOf(own, signal);
  const [policy, rest] = await Promise.all([policyOf(organization, groups, signal), restOf(own.id, organization, signal)]);
  return { organization, ...policy, ...rest };
}

/** @param {State} state @returns {Record<Step, boolean>} */
export function doneOf(state) {
  return {
    organization: true,
    group: state.group !== null,
    notify: state.policy !== null && notifies(state.policy) && state.version > 0 && !state.waits,
    connect: state.computer !== null,
    ask: state.request !== null,
    approve: state.decided,
    colleague: state.colleague !== null,
  };
}

/** What is read again and again: a step finishes by itself when the server sees it done. */
export function useSteps() {
  const state = useResource(readState, [who.value?.administrator.id]);
  useReread(state, EVERY);
  return state;
}
