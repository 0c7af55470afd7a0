// Long lists: only the rows near the window are in the document, with those around the focus and the current one. An empty
// element keeps the place of the others, as high as they were. What that takes is loaded when a list grows.

import { html, signal, useLayoutEffect, useRef, useSignal } from "../ui.js";

/** Shorter lists are in the document as a whole. */
const SHORT = 200;
/** The chunks of rows that are in the document at first: as many as a short list has. */
const FIRST = [0, 1, 2, 3];

/** @typedef {{ from: number, to: number, height?: number }} Part rows from one up to another; with a `height` only their place */
/** @typedef {{ heights: number[], width: number }} Measured the heights of chunks, at this width of the list */

const means = signal(/** @type {typeof import("./near-long.js") | null} */ (null));

/** It is loaded before a list is long, so that nothing moves when it is. Where it cannot be loaded, long lists are in the document as a whole, too. */
function ofLong(/** @type {number} */ n) {
  if (n > SHORT / 2 && !means.value) import("./near-long.js").then((module) => { means.value = module; }, () => undefined);
  return n > SHORT ? means.value : null;
}

/**
 * @param {number} n how many rows there are
 * @param {{ current?: number, focused?: number, measured?: Measured }} [how] `current`: a row that stays in the document; `focused`: where the
 * one with the focus is now; `measured`: what was measured when the list was shown before
 */
export function useNear(n, { current = -1, focused = -1, measured } = {}) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const own = useRef(/** @type {Measured} */ ({ heights: [], width: 0 }));
  const known = measured ?? own.current;
  const shown = useSignal(new Set(FIRST));
  const long = ofLong(n);
  const parts = long ? long.partsOf(n, new Set([...shown.value, ...long.around(focused, n)]), known.heights) : [{ from: 0, to: n }];
  const drawn = useRef(/** @type {Part[]} */ ([]));
  useLayoutEffect(() => { drawn.current = parts; });
  useLayoutEffect(() => long?.watch({ n, current, box, drawn, known, shown }));
  return { box, parts, long: Boolean(long) };
}

/** The place of rows that are not in the document. @param {{ height: number, columns?: number }} props `columns`: of a table */
export function Place({ height, columns }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => { place.current?.style.setProperty("height", `${height}px`); }, [height]);
  if (columns) return html`<tr ref=${place} class="place" aria-hidden="true"><td colspan=${columns}></td></tr>`;
  return html`<li ref=${place} class="place" aria-hidden="true"></li>`;
}
