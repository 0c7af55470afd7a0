// What the Approval Center shows, as its address says: the tab, the organization, the kind, a text, the order.

import { organizationOf } from "../../places.js";
import { query } from "../../router.js";

/** @typedef {"pending" | "mine" | "decided" | "ended" | "all"} Tab */
/** @typedef {{ tab: Tab, status: string, organization: string, kind: string, group: string, q: string, oldest: boolean }} Filters */

export const TABS = /** @type {const} */ (["pending", "mine", "decided", "ended", "all"]);
export const KINDS = /** @type {const} */ (["application", "storage", "elevation"]);

/** The status that the address names for each tab. */
const STATUS = { pending: "pending", mine: "pending", decided: "decided", ended: "ended", all: "" };
const DECIDED = ["approved", "denied", "ignored", "revoked"];
const ENDED = ["expired", "cancelled"];

/** @returns {Filters} */
export function filters() {
  const get = (/** @type {string} */ name) => query.value.get(name) ?? "";
  const status = get("status") || (query.value.has("status") ? "" : "pending");
  return {
    tab: tabOf(status, get("assignee")),
    status: status === "all" ? "" : status,
    organization: get("organization"),
    kind: get("kind"),
    group: get("group"),
    q: get("q"),
    oldest: get("sort") ? get("sort") === "oldest" : status === "pending",
  };
}

/** @param {string} status @param {string} assignee @returns {Tab} */
function tabOf(status, assignee) {
  if (assignee === "me") return "mine";
  if (status === "decided" || DECIDED.includes(status)) return "decided";
  if (status === "ended" || ENDED.includes(status)) return "ended";
  return status === "pending" ? "pending" : "all";
}

/** What of the address changes with a tab. @param {Tab} tab */
export const ofTab = (tab) => ({ status: STATUS[tab] || "all", assignee: tab === "mine" ? "me" : null, selected: null, sort: null });

/** The parameters of the list. @param {Filters} chosen */
export function listQuery({ tab, status, organization, kind, group, q, oldest }) {
  return {
    status,
    assignee: tab === "mine" ? "me" : "",
    organization_id: organizationOf(organization),
    kind,
    group_id: group,
    q,
    order: oldest ? "oldest" : "newest",
  };
}

/** Whether something narrows the list beyond its tab. @param {Filters} chosen */
export const isNarrowed = ({ organization, kind, group, q }) => Boolean(organization || kind || group || q);
