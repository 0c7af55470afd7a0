// What this browser remembers: the theme, whether single keys are shortcuts, and the id of its subscription to push messages. Nothing of
// the organization is ever kept.

import { signal } from "./ui.js";

/** @typedef {"system" | "light" | "dark"} Theme */

/** @param {string} name */
function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string | null} value */
function write(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // Storage may be refused: then the choice lasts as long as the page.
  }
}

const kept = read("theme");
export const theme = signal(/** @type {Theme} */ (kept === "light" || kept === "dark" ? kept : "system"));
export const shortcuts = signal(read("shortcuts") !== "off");

/** @param {Theme} chosen */
export function setTheme(chosen) {
  theme.value = chosen;
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  write("theme", chosen === "system" ? null : chosen);
}

/** @param {boolean} on */
export function setShortcuts(on) {
  shortcuts.value = on;
  write("shortcuts", on ? null : "off");
}

/** The id of this browser's subscription to push messages, as the server calls it: its list does not say which one that is. */
export const pushId = signal(read("push"));

/** @param {string | null} id */
export function setPushId(id) {
  pushId.value = id;
  write("push", id);
}
