// The progress of something real, with its numbers in words.

import { html } from "../ui.js";

/** @param {{ value: number, max: number, label: string }} props */
export function Progress({ value, max, label }) {
  return html`<progress class="progress" value=${value} max=${Math.max(max, 1)} aria-label=${label}></progress>`;
}
