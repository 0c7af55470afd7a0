// What this browser remembers: the theme, whether single keys are shortcuts, and whether times are shown exactly. Nothing of the organization is ever kept, but the filters
// that somebody saves under a name (`pages/approvals/saved.js`).

import { remember, remembered } from "./remembered.js";
import { signal } from "./ui.js";

/** @typedef {"system" | "light" | "dark"} Theme */

const kept = remembered("theme");
export const theme = signal(/** @type {Theme} */ (kept === "light" || kept === "dark" ? kept : "system"));
export const shortcuts = signal(remembered("shortcuts") !== "off");
/** Whether times are shown exactly, not as how long ago they were. */
export const exactTimes = signal(remembered("times") === "exact");

/** @param {Theme} chosen */
export function setTheme(chosen) {
  theme.value = chosen;
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  remember("theme", chosen === "system" ? null : chosen);
}

/** @param {boolean} on */
export function setShortcuts(on) {
  shortcuts.value = on;
  remember("shortcuts", on ? null : "off");
}

/** @param {boolean} on */
export function setExactTimes(on) {
  exactTimes.value = on;
  remember("times", on ? "exact" : null);
}
