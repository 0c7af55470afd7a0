// Single keys as shortcuts, outside of fields. Nothing is reachable by a shortcut alone.

import { shortcuts } from "./settings.js";
import { useLayoutEffect, useRef } from "./ui.js";

/** @typedef {Record<string, (event: KeyboardEvent) => void>} Keys "j", "Shift+x", "g a" (one after the other), "Escape" */

const EDITABLE = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
const PAUSE = 1000;

let previous = { key: "", at: 0 };
/** The innermost set of keys comes first. @type {{ current: Keys }[]} */
const active = [];

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  // They have keys of their own, and close with Escape.
  if (document.querySelector("dialog[open], :popover-open")) return;
  const field = event.target instanceof Element ? event.target.closest(EDITABLE) : null;
  if (field instanceof HTMLElement) {
    if (event.key === "Escape") field.blur();
    return;
  }
  const name = event.shiftKey && event.key.length === 1 && /\p{L}/u.test(event.key) ? `Shift+${event.key.toLowerCase()}` : event.key;
  if (!shortcuts.value && name.length === 1) return;
  const recent = Date.now() - previous.at < PAUSE ? previous.key : "";
  const names = recent ? [`${recent} ${name}`, name] : [name];
  previous = { key: name, at: Date.now() };
  for (const one of names) {
    const keys = active.find(({ current }) => current[one]);
    if (!keys) continue;
    keys.current[one](event);
    event.preventDefault();
    previous = { key: "", at: 0 };
    return;
  }
}

/** Keys that count while the component is shown: from the moment when it can be seen. @param {Keys} keys */
export function useKeys(keys) {
  const latest = useRef(keys);
  latest.current = keys;
  useLayoutEffect(() => {
    active.unshift(latest);
    return () => {
      active.splice(active.indexOf(latest), 1);
    };
  }, []);
}

export function startKeyboard() {
  document.addEventListener("keydown", onKey);
}
