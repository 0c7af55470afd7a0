// What this browser remembers: theme, shortcuts, exact times. Nothing of the organization but the filters that somebody saves under a name
// (`pages/approvals/saved.js`).

import { remember, remembered } from "./remembered.js";
import { signal } from "./ui.js";

/** @typedef {"system" | "light" | "dark"} Theme */

const kept = remembered("theme");
export const theme = signal(/** @type {Theme} */ (kept === "light" || kept === "dark" ? kept : "system"));
export const shortcuts = signal(remembered("shortcuts") !== "off");
/** Instead of how long ago. */
export const exactTimes = signal(remembered("times") === "exact");

/** Whether the page is dark, chosen so or as the system is. */
export const isDark = () => theme.value === "dark" || (theme.value === "system" && matchMedia("(prefers-color-scheme: dark)").matches);

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
