// A rule as the editor has it: as text in fields; and as the server takes it.

import { localTime } from "../decision/until.js";

/** @typedef {import("../api.js").Schemas} Schemas */

const DAY = 86_400;

/** What a new rule begins with. */
export const EMPTY = {
  name: "", effect: /** @type {Schemas["RuleEffect"]} */ ("approve"), kinds: /** @type {Schemas["RequestKind"][]} */ (["application"]),
  sha256: "", publisher: /** @type {"" | "certificate" | "team"} */ (""), subject: "", issuer: "", thumbprint: "", team: "", path: "", username: "", group: "", computer: "",
  below: false, scope: /** @type {Schemas["DecisionScope"]} */ ("computer"), lasts: "never", days: "", message: "", ends: "", uses: "",
};

/** @typedef {typeof EMPTY} Values */

/** A rule of the server without what only the server sets. @param {Schemas["Rule"]} rule @returns {Schemas["RuleContents"]} */
export const contentsOf = ({ name, below, effect, criteria, scope, lasts_seconds, message, ends_at, max_uses }) => ({
  name, below, effect, criteria, scope, lasts_seconds, message, max_uses,
  // An end that is past cannot be set again, and does not count in a dry run.
  ends_at: ends_at && Date.parse(ends_at) > Date.now() ? ends_at : null,
});

/** @param {Schemas["Rule"]} rule @returns {Values} */
export function valuesOf(rule) {
  const { criteria } = rule;
  const { publisher } = criteria;
  return {
    name: rule.name, effect: rule.effect, kinds: criteria.kinds, sha256: criteria.sha256 ?? "", publisher: publisher ? (publisher.team_id ? "team" : "certificate") : "",
    subject: publisher?.subject ?? "", issuer: publisher?.issuer ?? "", thumbprint: publisher?.issuer_thumbprint ?? "", team: publisher?.team_id ?? "",
    path: criteria.path ?? "", username: criteria.username ?? "", group: criteria.group_id ?? "", computer: criteria.computer_id ?? "",
    below: rule.below, scope: rule.scope, lasts: rule.lasts_seconds ? String(rule.lasts_seconds) : "never", days: "", message: rule.message ?? "",
    ends: rule.ends_at ? localTime(Date.parse(rule.ends_at)) : "", uses: rule.max_uses ? String(rule.max_uses) : "",
  };
}

/** What a rule could be that decides the like of a request. @param {Schemas["RequestView"]} request @returns {Values} */
export function valuesFrom(request) {
  const { subject, kind } = request;
  const signer = subject.signers.find(({ verified }) => verified);
  return {
    ...EMPTY,
    name: subject.name, kinds: [kind], sha256: subject.sha256 ?? "", publisher: signer?.team_id ? "team" : signer?.subject ? "certificate" : "",
    subject: signer?.team_id ? "" : signer?.subject ?? "", issuer: signer?.team_id ? "" : signer?.issuer ?? "", thumbprint: signer?.team_id ? "" : signer?.issuer_thumbprint ?? "", team: signer?.team_id ?? "",
  };
}

/** What a rule could be that decides about a file. @param {string} sha256 @param {string} name @returns {Values} */
export const valuesFor = (sha256, name) => ({ ...EMPTY, name, sha256 });

/** As the server takes them; `saved` is what it has. @param {Values} values @param {Schemas["Rule"] | null} saved @returns {Schemas["RuleContents"]} */
export function ruleOf(values, saved) {
  const unchanged = saved?.ends_at && localTime(Date.parse(saved.ends_at)) === values.ends;
  return {
    name: values.name.trim(), below: values.below, effect: values.effect, scope: values.scope,
    criteria: {
      kinds: values.kinds, sha256: values.sha256.trim() || null, publisher: publisherOf(values), path: values.path || null, username: values.username.trim() || null,
      group_id: values.group || null, computer_id: values.computer || null,
    },
    lasts_seconds: values.effect === "approve" ? secondsOf(values) : null,
    message: values.message.trim() || null,
    ends_at: unchanged ? saved.ends_at : timeOf(values.ends),
    max_uses: values.uses === "" ? null : Number(values.uses),
  };
}

/** @param {Values} values @returns {Schemas["Publisher"] | null} */
function publisherOf({ publisher, subject, issuer, thumbprint, team }) {
  if (publisher === "team") return { team_id: team.trim() };
  if (publisher === "certificate") return { subject: subject.trim() || null, issuer: issuer.trim() || null, issuer_thumbprint: thumbprint.trim() || null };
  return null;
}

/** @param {Values} values */
function secondsOf({ lasts, days }) {
  if (lasts === "never") return null;
  return lasts === "own" ? Math.round(Number(days) * DAY) : Number(lasts);
}

/** @param {string} local */
function timeOf(local) {
  const time = Date.parse(local);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/** Whether something is said about what it decides, so that it can be tried. @param {Values} values */
export const isBegun = (values) => whatOf(values) !== whatOf(EMPTY);

/** @param {Values} values */
function whatOf(values) {
  const { effect, criteria } = ruleOf(values, null);
  return JSON.stringify([effect, criteria]);
}
