// A time: relative in words, exact on hover and for programs. A press, and a setting, show all of them exactly.

import { html } from "../ui.js";
import { now } from "../resource.js";
import { age, ago, briefly, clockOrDay, exactly, moment, precisely } from "../format.js";
import { exactTimes, setExactTimes } from "../settings.js";

/** @param {any} event */
function press({ target }) {
  // Not in a link or button, and not where text is marked.
  if (!target.closest("a, button, label, summary") && getSelection()?.isCollapsed) setExactTimes(!exactTimes.value);
}

/** @param {{ at: string, as?: "ago" | "age" | "moment" | "day", narrow?: boolean }} props */
export function Time({ at, as = "ago", narrow }) {
  const words = { ago: () => ago(at, now.value), age: () => age(at, now.value), moment: () => moment(at), day: () => clockOrDay(at) }[as];
  const exact = exactTimes.value;
  return html`<time datetime=${at} title=${exactly(at)} class=${exact ? "exact" : undefined} onClick=${press}>${exact ? (narrow ? briefly : precisely)(at) : words()}</time>`;
}
