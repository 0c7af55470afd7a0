// Single keys as shortcuts, outside of fields. Nothing is reachable by a shortcut alone.

import { shortcuts } from "./settings.js";
import { useLayoutEffect, useRef } from "./ui.js";

/** @typedef {Record<string, (event: KeyboardEvent) => void>} Keys "j", "Shift+x", "g a" (one after the other), "Escape"; "Ctrl+Enter" also in fields */

const EDITABLE = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
const PAUSE = 1000;

let previous = { key: "", at: 0 };
/** The innermost set of keys comes first. @type {{ current: Keys }[]} */
const active = [];

/** @param {KeyboardEvent} event */
function onKey(event) {
  const control = event.ctrlKey || event.metaKey;
  const target = event.target instanceof Element ? event.target : null;
  // On a link it opens that in another tab.
  const sends = control && event.key === "Enter" && !target?.closest("a");
  if (event.defaultPrevented || (control && !sends) || event.altKey || event.isComposing) return;
  // They have keys of their own, and close with Escape.
  if (document.querySelector("dialog[open], :popover-open")) return;
  const field = target?.closest(EDITABLE);
  if (field instanceof HTMLElement && !sends) {
    if (event.key === "Escape") field.blur();
    return;
  }
  const name = sends ? "Ctrl+Enter" : event.shiftKey && event.key.length === 1 && /\p{L}/u.test(event.key) ? `Shift+${event.key.toLowerCase()}` : event.key;
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
