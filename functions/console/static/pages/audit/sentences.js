// What an entry of the audit says, as a sentence: for each act the key of its text and what is filled in.

import { moment } from "../../format.js";
import { t } from "../../i18n.js";

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {Schemas["AuditEntry"]} Entry */
/** @typedef {{ people: Record<string, string>, organizations: Record<string, string>, groups: Record<string, string>, roles: Record<string, string>, computers: Record<string, string> }} Names by id */
/** @typedef {{ variant?: string, [parameter: string]: any }} Said `variant`: which of several texts of the act */

/** A name where it is known, or else the id. @param {Record<string, string>} known @param {string} id */
const named = (known, id) => known[id] ?? id;

/** The file or device that somebody asked for. @param {any} detail */
const what = ({ path, device, kind }) => (path ? path.split(/[\\/]/).at(-1) : device?.name ?? device?.id ?? kind);

/** @param {any} detail */
const asked = (detail) => ({ user: detail.username, computer: detail.hostname, what: what(detail) });
/** @param {any} detail */
const changed = ({ before, after }) => (!before ? "created" : !after ? "deleted" : "edited");
/** @param {any} detail */
const computer = ({ hostname }) => ({ computer: hostname });
const plain = () => ({});
/** @param {any} detail @param {Names} names */
const person = (detail, { people }) => ({ person: named(people, detail.administrator_id) });

/** Whether somebody took a request for themselves. That is not known of two people out of sight: it reads as if they were one. @param {any} after @param {any} actor */
const tookIt = (after, actor) => (actor.kind === "administrator" ? actor.id === after.administrator_id : Boolean(after.managing_organization));

/** @type {Record<Schemas["ActName"], (detail: any, names: Names, entry: Entry) => Said>} */
export const SAID = {
  "set-up.completed": plain,
  "organization.created": ({ after }) => ({ name: after.name }),
  "organization.edited": ({ before, after }) => ({ variant: before.name === after.name ? "retention" : "renamed", before: before.name, name: after.name }),
  "branding.edited": ({ organization_id: id }, { organizations }) => ({ name: named(organizations, id) }),
  "organization.deleted": ({ before }) => ({ name: before.name }),
  "policies.deployed": ({ after }) => ({ variant: after.restores ? "restored" : "drafts", version: after.policy_version, restored: after.restores }),
  "group.created": ({ after }) => ({ name: after.name }),
  "group.edited": ({ before, after }) => ({ before: before.name, name: after.name }),
  "group.agent-set": ({ group }) => ({ name: group }),
  "group.deleted": ({ before }) => ({ name: before.name }),
  "enrollment-key.created": ({ group }) => ({ name: group }),
  "enrollment-key.deleted": ({ group }) => ({ name: group }),
  "policy.created": ({ after }) => ({ name: after.name }),
  "policy.edited": ({ after }) => ({ name: after.name }),
  "policy.moved": ({ name }) => ({ name }),
  "policy.deleted": ({ before }) => ({ name: before.name }),
  "tag.changed": (detail) => ({ variant: changed(detail), name: (detail.after ?? detail.before).name }),
  "computer.edited": ({ hostname, after }) => ({ variant: after.name ? "named" : "unnamed", computer: hostname, name: after.name }),
  "computer.moved": ({ hostname, after }, { groups }) => ({ computer: hostname, group: named(groups, after.group_id) }),
  "computer.confirmed": computer,
  "computer.deleted": ({ before }) => ({ computer: before.hostname }),
  "maintenance-mode.set": ({ hostname, after }) => ({ variant: after ? "set" : "ended", computer: hostname, mode: after && t(`audit.mode.${after.mode}`) }),
  "override-code.read": computer,
  "computer.enrolled": ({ hostname, group_id: id, unconfirmed }, { groups }) => ({ variant: unconfirmed ? "unconfirmed" : "free", computer: hostname, group: named(groups, id) }),
  "computer.checked-in": plain,
  "computer.renamed": ({ before, after }) => ({ before: before.hostname, computer: after.hostname }),
  "computer.cloned": computer,
  "request.submitted": asked,
  "request.repeated": asked,
  "request.joined": asked,
  "request.amended": ({ username, hostname }) => ({ user: username, computer: hostname }),
  "request.withdrawn": asked,
  "request.attached": plain,
  "request.cancelled": asked,
  "request.expired": ({ approval }) => ({ variant: approval ? "approval" : "pending" }),
  "request.ended": ({ hostname, approval }) => ({ variant: approval ? "approval" : "pending", computer: hostname }),
  "request.decided": ({ hostname, after, flag_id: flag, rule_id: rule }) => ({ variant: flag ? "flag" : rule ? `rule.${after.status}` : after.status, computer: hostname }),
  "request.settled": ({ outcome }) => ({ variant: outcome }),
  "request.revoked": ({ hostname, flag_id: flag, settled_by: along }) => ({ variant: flag ? "flag" : along ? "along" : "alone", computer: hostname }),
  "request.opened": plain,
  "request.assigned": ({ after }, _names, { actor }) => ({
    variant: !after ? "released" : tookIt(after, actor) ? "taken" : "handed-over",
    person: after?.administrator_name ?? t("person.managing"),
  }),
  "request.note-added": plain,
  "request.note-removed": plain,
  "request.decision-asked": (detail) => ({ n: detail.asked_in_all ?? detail.asked.length }),
  "request.file-flag-set": ({ flagged, file_name: file }) => ({ variant: flagged ? "set" : "cleared", what: file }),
  "request.file-flag-spread": ({ organizations }) => ({ n: organizations }),
  "grant.edited": ({ after }) => ({ variant: after.expires_at ? "ends" : "forever" }),
  "grant.used": plain,
  "request.attachment-downloaded": computer,
  "requests.exported": ({ organization_id: id }, { organizations }) => ({ name: named(organizations, id) }),
  "audit.exported": ({ audit, organization_id: id }, { organizations }) => ({ variant: audit, name: named(organizations, id) }),
  "administrator.invited": ({ again, after, email, administrator_id: id }, { people }) => ({ variant: again ? "again" : "first", person: after?.name ?? email ?? named(people, id) }),
  "administrator.invitation-sent": person,
  "administrator.invitation-withdrawn": ({ before }) => ({ person: before.name }),
  "administrator.invitation-accepted": person,
  "administrator.edited": ({ after }) => ({ person: after.name }),
  "administrator.disabled": person,
  "administrator.enabled": person,
  "administrator.deleted": ({ before }) => ({ person: before.name }),
  "administrator.permissions-changed": person,
  "administrator.roles-changed": person,
  "administrator.password-reset-requested": person,
  "administrator.password-reset-sent": person,
  "administrator.password-reset-completed": person,
  "administrator.password-changed": plain,
  "role.created": ({ after }) => ({ name: after.name }),
  "role.edited": ({ after }) => ({ name: after.name }),
  "role.deleted": ({ before }) => ({ name: before.name }),
  "rule.changed": (detail) => ({ variant: changed(detail), name: (detail.after ?? detail.before).name }),
  "integration.changed": (detail) => ({ variant: changed(detail), name: detail.after ?? detail.before }),
  "session.started": ({ from_new_place: isNew, second_factor: proof }) => ({ variant: `${proof === "device-code" ? "device-" : ""}${isNew ? "new-place" : "known"}` }),
  "session.refused": ({ email, count }) => ({ variant: count ? "counted" : email ? "first" : "nobody", email, n: count ?? 1 }),
  "session.ended": ({ sessions }) => ({ n: sessions.length }),
  "session.device-login-decided": ({ approved, description: what }) => ({ variant: approved ? "approved" : "denied", what }),
  "session.proof-refused": (detail, names) => ({ variant: detail.count ? "counted" : "first", n: detail.count ?? 1, ...person(detail, names) }),
  "totp.set-up": plain,
  "totp.removed": (detail, names, { actor }) => ({ variant: actor.kind === "administrator" && actor.id === detail.administrator_id ? "own" : "other", ...person(detail, names) }),
  "totp.recovery-codes-replaced": plain,
  "api-token.created": ({ after }) => ({ name: after.name }),
  "api-token.revoked": ({ before }) => ({ name: before.name }),
  "push-subscription.changed": ({ name, removed }) => ({ variant: removed ? "removed" : "made", name }),
  "administrator.notifications-changed": plain,
  "login-settings.edited": ({ organization_id: id }, { organizations }) => ({ name: named(organizations, id) }),
  "approval-settings.edited": ({ organization_id: id }, { organizations }) => ({ name: named(organizations, id) }),
  "audit.trimmed": ({ kept_days: days }) => ({ n: days }),
  "administrator.recovered": ({ name }) => ({ name }),
  "store.restored": ({ backup_made_at: at }) => ({ variant: at ? "made-at" : "unknown", at: at ? moment(at) : "" }),
  "notification.resent": ({ address }) => ({ variant: address ? "to" : "hidden", address }),
  "notification.tested": ({ address, channel }) => ({ variant: channel === "push" ? "push" : "to", address }),
  "notification.bounce-cleared": ({ address }) => ({ variant: address ? "to" : "hidden", address }),
};

/** The key of the text of an entry, and its parameters but for who it was. @param {Entry} entry @param {Names} names */
export function said(entry, names) {
  const { variant, ...parameters } = SAID[entry.act](entry.detail, names, entry);
  return { key: variant ? `audit.${entry.act}.${variant}` : `audit.${entry.act}`, parameters };
}
