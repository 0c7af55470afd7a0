// The period of the address, the days of a report put together to columns, and spans in words. Days are those of UTC, as the
// server counts them.

import { query } from "../../router.js";
import { locale, t } from "../../i18n.js";

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {Schemas["Outcomes"]} Outcomes */
/** @typedef {{ key: string, label: string, name: string, weekend: boolean, soFar: boolean, outcomes: Numbers }} Bucket */
/** @typedef {Record<typeof NUMBERS[number], number>} Numbers */

const DAY = 86_400_000;
export const PRESETS = /** @type {const} */ ([7, 14, 30, 90, 365]);
const USUAL = 30;
const NUMBERS = /** @type {const} */ (["made", "approved", "denied", "ignored", "expired", "cancelled", "revoked", "decided_by_people", "decided_by_rule", "approved_by_rule", "denied_by_rule"]);
const dayFormat = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
const longFormat = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
const monthFormat = new Intl.DateTimeFormat(locale, { month: "short", year: "2-digit", timeZone: "UTC" });
const fullMonth = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });

/** @param {number} time */
export const dateOf = (time) => new Date(time).toISOString().slice(0, 10);
export const today = () => dateOf(Date.now());
/** @param {string} date @param {number} days */
export const shifted = (date, days) => dateOf(Date.parse(date) + days * DAY);
/** How many days, both ends counted. @param {{ from: string, to: string }} period */
export const lengthOf = ({ from, to }) => Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1;
/** "13 Nov" @param {string} date */
export const shortDay = (date) => dayFormat.format(Date.parse(date));

/** @param {string | null} text */
const isDate = (text) => /^\d{4}-\d\d-\d\d$/.test(text ?? "") && !Number.isNaN(Date.parse(text ?? ""));

/** What the address says. */
export function periodOf() {
  const [from, to] = [query.value.get("from"), query.value.get("to")];
  const end = isDate(to) ? String(to) : today();
  return { from: isDate(from) ? String(from) : shifted(end, 1 - USUAL), to: end };
}

/** The preset that a period is, or "own". @param {{ from: string, to: string }} period */
export function presetOf(period) {
  const length = PRESETS.find((days) => days === lengthOf(period));
  return period.to === today() && length ? String(length) : "own";
}

/** @returns {Numbers} */
const nothing = () => /** @type {Numbers} */ (Object.fromEntries(NUMBERS.map((name) => [name, 0])));

/** The columns of a period: days, weeks or months, also those on which nothing happened. @param {{ from: string, to: string }} period @param {Schemas["ReportedDay"][]} days */
export function bucketsOf(period, days) {
  const length = lengthOf(period);
  const unit = length <= 31 ? "day" : length <= 190 ? "week" : "month";
  const present = today();
  /** @type {Map<string, Bucket>} */
  const buckets = new Map();
  const byDay = new Map(days.map((day) => [day.day, day]));
  for (let nth = 0; nth < length; nth += 1) {
    const date = shifted(period.from, nth);
    const key = keyOf(date, unit);
    const bucket = buckets.get(key) ?? { key, ...labelsOf(key, unit), soFar: false, outcomes: nothing() };
    const found = byDay.get(date);
    if (found) for (const name of NUMBERS) bucket.outcomes[name] += found[name];
    bucket.soFar ||= date === present;
    buckets.set(key, bucket);
  }
  return { unit, buckets: [...buckets.values()] };
}

/** The day, the Monday of its week, or the first of its month. @param {string} date @param {string} unit */
function keyOf(date, unit) {
  if (unit === "day") return date;
  if (unit === "month") return `${date.slice(0, 7)}-01`;
  return shifted(date, -((new Date(date).getUTCDay() + 6) % 7));
}

/** @param {string} key @param {string} unit */
function labelsOf(key, unit) {
  const time = Date.parse(key);
  if (unit === "month") return { label: monthFormat.format(time), name: fullMonth.format(time), weekend: false };
  if (unit === "week") return { label: dayFormat.format(time), name: t("reports.weekOf", { day: dayFormat.format(time) }), weekend: false };
  const day = new Date(time).getUTCDay();
  return { label: String(new Date(time).getUTCDate()), name: longFormat.format(time), weekend: day === 0 || day === 6 };
}

/** Those that ended without a yes or no. @param {Numbers} outcomes */
export const endedOf = ({ ignored, expired, cancelled }) => ignored + expired + cancelled;

/** Whether it is known which of them rules approved and which they denied: it was not always counted. @param {Numbers} outcomes */
export const isSplit = (outcomes) => outcomes.approved_by_rule + outcomes.denied_by_rule === outcomes.decided_by_rule;

/** "9 minutes", "4 h 40 min" @param {number} seconds */
export function waited(seconds) {
  if (seconds < 60) return t("reports.seconds", { n: Math.round(seconds) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t("reports.minutes", { n: minutes });
  if (minutes < 1440) return two("reports.hours", Math.floor(minutes / 60), "reports.hoursMinutes", minutes % 60);
  const hours = Math.round(minutes / 60);
  return two("reports.days", Math.floor(hours / 24), "reports.daysHours", hours % 24);
}

/** @param {string} key @param {number} n @param {string} both @param {number} rest */
const two = (key, n, both, rest) => (rest ? t(both, { n, rest }) : t(key, { n }));

/** The ends of the steps that a chart shows. */
const ENDS = [60, 300, 900, 3600, 14_400, 86_400, null];

/** @param {Schemas["WaitedStep"][]} distribution */
export function stepsOf(distribution) {
  const counts = ENDS.map(() => 0);
  for (const { up_to_seconds: upTo, count } of distribution) {
    const at = ENDS.findIndex((end) => end === null || (upTo ?? Infinity) <= end);
    counts[at] += count;
  }
  return ENDS.map((end, nth) => ({ label: t(`reports.step.${end ?? "more"}`), count: counts[nth] }));
}
