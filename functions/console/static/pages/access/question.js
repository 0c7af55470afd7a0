// A question about permissions: who, what, where, and how far.

import { catalogue } from "../../session.js";

/** @typedef {import("../../api.js").Schemas["Action"]} Action */
/** @typedef {import("../../api.js").Schemas["DecisionScope"]} Scope */
/** @typedef {{ id: string, name: string }} Named */
/** @typedef {Named & { organization: { id: string } }} Person */
/** @typedef {{ who: Person | null, id: string, action: Action, place: Named, scope: Scope }} Question */

export const KINDS = /** @type {const} */ (["application", "storage", "elevation"]);
export const SCOPES = /** @type {const} */ (["computer", "group", "organization"]);

/** Whether a decision with a scope is asked about. @param {string} action */
export const hasScope = (action) => action.startsWith("requests.") && !["requests.list", "requests.open"].includes(action);

/** Whether it may be allowed for some kinds of requests only. @param {string} action */
export const hasKinds = (action) => ["requests.open", "requests.deny", "requests.ignore", "requests.revoke"].includes(action);

/** All actions of the catalogue: what the widest permission gives. @returns {Action[]} */
export function actionsOf() {
  const all = new Set([...(catalogue.value?.values() ?? [])].flatMap((one) => [...one.actions, ...one.combinations.flatMap((each) => each.actions)]));
  const areas = [...new Set([...all].map((action) => action.split(".")[0]))];
  return areas.flatMap((area) => [...all].filter((action) => action.split(".")[0] === area));
}
