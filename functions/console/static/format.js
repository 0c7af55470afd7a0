// Numbers, sizes and times, as the reader's language writes them, and what a computer is called.

import { locale, t } from "./i18n.js";

const numbers = new Intl.NumberFormat(locale);
const withDate = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const exact = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long", hourCycle: "h23" });
const precise = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long", hourCycle: "h23" });
const brief = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayOfYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long" });
const fullDay = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });

/** A count, exact to 999. @param {number} n */
export const count = (n) => (n > 999 ? `${numbers.format(Math.floor(n / 1000) * 1000)}+` : numbers.format(n));

/** A count of the server, which may be a lower bound. @param {{ count: number, complete: boolean }} counted */
export const counted = ({ count: n, complete }) => (complete ? count(n) : `${count(n).replace(/\+$/, "")}+`);

/** @param {number} bytes */
export function size(bytes) {
  const unit = Math.min(Math.max(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), 0), 4);
  const value = bytes / 1024 ** unit;
  const digits = unit === 0 || value >= 10 ? 0 : 1;
  const written = value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${written} ${[t("text.bytes"), "KiB", "MiB", "GiB", "TiB"][unit]}`;
}

/** "26 December 2026, 14:03". @param {string} time */
export const moment = (time) => withDate.format(new Date(time)).replace(" at ", ", ");

// As the server writes a moment (RFC 3339).
const WRITTEN = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;

/** A sentence of the server in pieces; every second one is a moment. @param {string} text */
export const aroundMoments = (text) => text.split(WRITTEN);

/** What a computer is called: the name that administrators gave it, or the host name. @param {{ name?: string | null, hostname: string }} computer */
export const computerName = ({ name, hostname }) => name || hostname;

/** With the weekday and the zone. @param {string} time */
export const exactly = (time) => exact.format(new Date(time));

/** "26 Dec 2026, 14:03:09 CET". @param {string} time */
export const precisely = (time) => precise.format(new Date(time));

/** "26 Dec 26, 14:03". @param {string} time */
export const briefly = (time) => brief.format(new Date(time));

/** The clock today, the date with it on other days. @param {string} time */
export function clockOrDay(time) {
  const then = new Date(time);
  const now = new Date();
  if (then.toDateString() === now.toDateString()) return t("time.today", { clock: clock.format(then) });
  return day(time);
}

/** "3 March", with the year if it is another one. @param {string} time */
export function day(time) {
  const then = new Date(time);
  return (then.getFullYear() === new Date().getFullYear() ? dayOfYear : fullDay).format(then);
}

/** "14:02". @param {string | number} time */
export const hour = (time) => clock.format(new Date(time));

/** How long ago, short: "21 min". @param {string} time @param {number} now */
export function age(time, now) {
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  if (seconds < 60) return t("time.now");
  if (seconds < 3600) return t("time.minutes", { n: Math.floor(seconds / 60) });
  if (seconds < 86_400) return t("time.hours", { n: Math.floor(seconds / 3600) });
  return t("time.days", { n: Math.floor(seconds / 86_400) });
}

/** How long ago, in a sentence: "21 minutes ago". @param {string} time @param {number} now */
export function ago(time, now) {
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  if (seconds < 45) return t("time.justNow");
  if (seconds < 3600) return t("time.minutesAgo", { n: Math.max(1, Math.round(seconds / 60)) });
  if (seconds < 86_400) return t("time.hoursAgo", { n: Math.round(seconds / 3600) });
  return t("time.daysAgo", { n: Math.round(seconds / 86_400) });
}

/** A span in words: "30 days", "8 hours". @param {number} seconds */
export function span(seconds) {
  if (seconds % 86_400 === 0) return t("time.spanDays", { n: seconds / 86_400 });
  if (seconds % 3600 === 0) return t("time.spanHours", { n: seconds / 3600 });
  return t("time.spanMinutes", { n: Math.round(seconds / 60) });
}

/** Up to two initials of a name. @param {string} name */
export function initials(name) {
  const words = name.split(/\s+/).filter((word) => /\p{L}/u.test(word));
  const first = words[0] ?? "";
  const last = words.length > 1 ? words.at(-1) ?? "" : "";
  return ([...first][0] ?? "").concat([...last][0] ?? "").toLocaleUpperCase(locale);
}
