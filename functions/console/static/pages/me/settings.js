// The settings of notifications as the form has them, from what the server says and back.

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {Schemas["Channel"]} Channel */
/** @typedef {"new_request" | "joined" | "handled" | "asked_to_decide" | "flagged"} Kind */

/** The ways to a person; chat rooms and webhooks are an organization's, not a person's. */
export const CHANNELS = /** @type {const} */ (["email", "sms", "push"]);
export const KINDS = /** @type {const} */ (["new_request", "joined", "handled", "asked_to_decide", "flagged"]);

/**
 * @typedef {object} Values
 * @property {boolean} onRequest @property {Channel[]} channels
 * @property {Partial<Record<Kind, Channel[]>>} byKind the kinds that do not go by the usual channels
 * @property {boolean} lonely only when nobody else is on
 * @property {boolean} quiet @property {string} from @property {string} to
 * @property {Schemas["Rhythm"]} digest @property {string} digestAt
 * @property {string} zone @property {Schemas["Language"] | ""} language
 * @property {boolean} away @property {string} awayFrom on the clock of this browser, as `datetime-local` writes it
 * @property {string} awayUntil @property {string} delegate
 */

const MINUTE = 60_000;
const DAY = 86_400_000;

/** "2026-07-01T09:00" on the clock of this browser. @param {number} time */
const local = (time) => new Date(time - new Date(time).getTimezoneOffset() * MINUTE).toISOString().slice(0, 16);

/** Those that reach a person, of what is set. @param {readonly Channel[]} channels */
const reaching = (channels) => CHANNELS.filter((one) => channels.includes(one));

/** @param {Schemas["OwnNotifications"]} own @returns {Values} */
export function valuesOf(own) {
  const byKind = Object.fromEntries(KINDS.flatMap((kind) => (own.channels_by_kind[kind] ? [[kind, reaching(own.channels_by_kind[kind])]] : [])));
  return {
    onRequest: own.notify_on_request,
    channels: reaching(own.channels),
    byKind,
    lonely: own.only_when_nobody_else,
    quiet: Boolean(own.quiet_hours),
    from: own.quiet_hours?.from ?? "20:00",
    to: own.quiet_hours?.to ?? "07:00",
    digest: own.digest,
    digestAt: own.digest_at ?? "08:00",
    zone: own.time_zone ?? "",
    language: own.language ?? "",
    away: Boolean(own.away),
    awayFrom: own.away ? local(Date.parse(own.away.from)) : "",
    awayUntil: own.away ? local(Date.parse(own.away.until)) : "",
    delegate: own.away?.delegate_id ?? "",
  };
}

/** What a new absence begins with: now, for a week. */
export const week = () => ({ awayFrom: local(Date.now()), awayUntil: local(Date.now() + 7 * DAY) });

/** @param {string} text */
const moment = (text) => (text ? new Date(text).toISOString() : "");

/** @param {Values} values @returns {Schemas["SetNotifications"]} */
export function bodyOf(values) {
  return {
    notify_on_request: values.onRequest,
    channels: values.channels,
    channels_by_kind: values.byKind,
    only_when_nobody_else: values.lonely,
    quiet_hours: values.quiet ? { from: values.from, to: values.to } : null,
    digest: values.digest,
    digest_at: values.digest === "daily" ? values.digestAt : null,
    time_zone: values.zone || null,
    language: values.language || null,
    away: values.away ? { from: moment(values.awayFrom), until: moment(values.awayUntil), delegate_id: values.delegate || null } : null,
  };
}
