// A time: relative in words, exact on hover and for programs.

import { html } from "../ui.js";
import { now } from "../resource.js";
import { age, ago, clockOrDay, exactly, moment } from "../format.js";

/** @param {{ at: string, as?: "ago" | "age" | "moment" | "day" }} props */
export function Time({ at, as = "ago" }) {
  const words = { ago: () => ago(at, now.value), age: () => age(at, now.value), moment: () => moment(at), day: () => clockOrDay(at) }[as]();
  return html`<time datetime=${at} title=${exactly(at)}>${words}</time>`;
}
