// Until when an approval counts: a span from now, never, or a moment.

import { t } from "../i18n.js";
import { day, span } from "../format.js";

/** @typedef {{ hours: number } | { never: true } | { date: string }} Until */

const HOUR = 3_600_000;
const DAY = 24;
const SPANS = [1, 8, 24, 168, 720];

/** From its first use. */
const LONGEST = 365 * DAY;

/** The organization's. @param {import("./model.js").Request} request @returns {Until} */
export function defaultUntil(request) {
  const end = request.defaults?.expires_at;
  if (!end) return { never: true };
  return { hours: Math.max(1, Math.round((Date.parse(end) - Date.now()) / HOUR)) };
}

/** As the decision names it; null is never. @param {Until} until */
export function momentOf(until) {
  if ("never" in until) return null;
  if ("date" in until) return new Date(until.date).toISOString();
  return new Date(Date.now() + until.hours * HOUR).toISOString();
}

/** Whether its time can begin with its first use. @param {Until} until @returns {until is { hours: number }} */
export const mayBegin = (until) => "hours" in until && until.hours <= LONGEST;

/** @param {Until} until @param {number | null} within days */
export function firstUseOf(until, within) {
  if (within === null || !mayBegin(until)) return undefined;
  return { lasts_seconds: until.hours * 3600, use_by: new Date(Date.now() + within * DAY * HOUR).toISOString() };
}

/** As the value of a chip. @param {Until} until */
export function valueOf(until) {
  if ("never" in until) return "never";
  return "date" in until ? "date" : String(until.hours);
}

/** @param {string} value @returns {Until} */
export function untilOf(value) {
  if (value === "never") return { never: true };
  if (value === "date") return { date: localTime(Date.now() + 7 * 24 * HOUR) };
  return { hours: Number(value) };
}

/** As the field for a date and time takes it. @param {number} time */
export function localTime(time) {
  const shifted = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** The chips, with the organization's own span among them. @param {Until} first @param {boolean} [few] without the short ones, unless the organization's is short */
export function chips(first, few = false) {
  const own = "hours" in first ? first.hours : null;
  const offered = few && (own === null || own >= DAY) ? SPANS.filter((hours) => hours >= DAY) : SPANS;
  const spans = own !== null && !offered.includes(own) ? [...offered, own].sort((one, other) => one - other) : offered;
  return [
    ...spans.map((hours) => ({ value: String(hours), label: span(hours * 3600) })),
    { value: "never", label: t("until.never") },
    { value: "date", label: t("until.date") },
  ];
}

/** In a few words: "30 days", "no end", "12 March", "8 hours from first use". @param {Until} until @param {number | null} within */
export function untilWords(until, within) {
  if (within !== null && mayBegin(until)) return t("until.fromFirst", { span: span(until.hours * 3600) });
  if ("never" in until) return t("until.noEnd");
  return "date" in until ? t("until.to", { day: day(until.date) }) : span(until.hours * 3600);
}
