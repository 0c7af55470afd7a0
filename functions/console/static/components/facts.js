// Facts with their names.

import { html } from "../ui.js";

/** @param {{ facts: ({ name: any, value: any } | null | false | undefined | 0 | "")[], columns?: boolean }} props What is empty is left out. */
export function Facts({ facts, columns }) {
  const present = facts.filter((fact) => fact && fact.value !== null && fact.value !== undefined && fact.value !== "" && fact.value !== false);
  return html`<dl class=${columns ? "facts facts-columns" : "facts"}>${present.map((fact) => html`<div><dt>${/** @type {any} */ (fact).name}</dt><dd>${/** @type {any} */ (fact).value}</dd></div>`)}</dl>`;
}
