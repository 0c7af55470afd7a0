// A time: relative in words, exact on hover and for programs. A press on one shows all of them exactly, in their places, and a second press
// takes that back; so does a setting, which needs no pointer.

import { html } from "../ui.js";
import { now } from "../resource.js";
import { age, ago, clockOrDay, dayAndClock, exactly, moment, precisely } from "../format.js";
import { exactTimes, setExactTimes } from "../settings.js";

/** What leads somewhere or does something else when it is pressed. */
const PRESSED = "a, button, label, summary";

/** @param {MouseEvent} event */
function toggle({ currentTarget: time }) {
  // Whoever marks text to copy it presses nothing.
  const marks = getSelection()?.isCollapsed === false;
  if (time instanceof Element && !time.closest(PRESSED) && !marks) setExactTimes(!exactTimes.value);
}

/** @param {{ at: string, as?: "ago" | "age" | "moment" | "day", narrow?: boolean }} props `narrow`: also the exact time is a short one */
export function Time({ at, as = "ago", narrow = false }) {
  const exact = narrow ? dayAndClock : precisely;
  const words = { ago: () => ago(at, now.value), age: () => age(at, now.value), moment: () => moment(at), day: () => clockOrDay(at) }[as];
  return html`<time datetime=${at} title=${exactly(at)} class=${exactTimes.value ? "exact" : undefined} onClick=${toggle}>${exactTimes.value ? exact(at) : words()}</time>`;
}
