// A list of which, once it is long, only the rows near the window are in the document.

import { html } from "../ui.js";
import { Place, useNear } from "./near.js";

/** @typedef {Record<string, unknown>} At attributes by which a row is found, and which say its number where not all are in the document */

/**
 * @template T
 * @param {{
 *   label: string, name: string, items: T[], keyOf: (item: T) => string, row: (item: T, at: At) => any, more: boolean, current?: string | null, ordered?: boolean
 * }} props `name`: its class; `row`: an `<li>` with the attributes `at`; `more`: whether there may be rows that were not read; `current`: the row
 * that stays in the document
 */
export function NearList({ label, name, items, keyOf, row, more, current, ordered = false }) {
  const inFocus = document.activeElement?.closest("[data-key]")?.getAttribute("data-key");
  const placeOf = (/** @type {string | null | undefined} */ key) => (key ? items.findIndex((item) => keyOf(item) === key) : -1);
  const near = useNear(items.length, { current: placeOf(current), focused: placeOf(inFocus) });
  const at = (/** @type {T} */ item, /** @type {number} */ nth) => ({ "data-key": keyOf(item), ...(near.long && { "aria-posinset": nth + 1, "aria-setsize": more ? -1 : items.length }) });
  return html`
    <${ordered ? "ol" : "ul"} class=${name} aria-label=${label} ref=${near.box}>${near.parts.flatMap(({ from, to, height }) => (height === undefined
      ? items.slice(from, to).map((item, nth) => row(item, at(item, from + nth)))
      : html`<${Place} key=${`${from} to ${to}`} height=${height} />`))}<//>`;
}
