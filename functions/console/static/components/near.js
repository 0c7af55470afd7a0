// Long lists: only the rows near the window are in the document, with those around the focus and the current one. An empty
// element keeps the place of the others, as high as they were.

import { html, useLayoutEffect, useRef, useSignal } from "../ui.js";

/** Shorter lists are in the document as a whole. */
const SHORT = 200;
/** So many rows come and go together. */
const CHUNK = 50;
/** How far beyond the window rows are in the document, in pixels. */
const AROUND = 1500;
/** How high a row is thought to be before any was measured. */
const ROW = 56;

/** When it is looked again; the focus and elements in which it scrolls are within the window. */
const WHEN = ["scroll", "resize", "focusin", "beforeprint", "afterprint"];
const HOW = { capture: true, passive: true };
/** On paper all rows are. */
let printing = false;
addEventListener("beforeprint", () => { printing = true; }, HOW);
addEventListener("afterprint", () => { printing = false; }, HOW);

/** @typedef {{ from: number, to: number, height?: number }} Part rows from one up to another; with a `height` only their place */
/** @typedef {{ heights: number[], width: number }} Measured the heights of chunks, at this width of the list */

/**
 * @param {number} n how many rows there are
 * @param {{ current?: number, focused?: number, measured?: Measured }} [how] `current`: a row that stays in the document; `focused`: where the
 * one with the focus is now; `measured`: what was measured when the list was shown before
 */
export function useNear(n, { current = -1, focused = -1, measured } = {}) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const own = useRef(/** @type {Measured} */ ({ heights: [], width: 0 }));
  const known = measured ?? own.current;
  const shown = useSignal(new Set(Array.from({ length: SHORT / CHUNK }, (_, nth) => nth)));
  const long = n > SHORT;
  const parts = long ? partsOf(n, new Set([...shown.value, ...around(focused, n)]), known.heights) : [{ from: 0, to: n }];
  const drawn = useRef(/** @type {Part[]} */ ([]));
  useLayoutEffect(() => { drawn.current = parts; });
  useLayoutEffect(() => {
    if (!long) return undefined;
    const look = () => {
      // Not always the same: a table becomes cards.
      const list = box.current;
      if (!list) return;
      measure(list, drawn.current, known);
      const wanted = new Set([...inView(list, n, known.heights), ...around(rowWithFocus(list, drawn.current), n), ...around(current, n)]);
      const before = shown.peek();
      if (wanted.size !== before.size || [...wanted].some((nth) => !before.has(nth))) shown.value = wanted;
    };
    look();
    for (const type of WHEN) addEventListener(type, look, HOW);
    return () => { for (const type of WHEN) removeEventListener(type, look, HOW); };
  });
  return { box, parts, long };
}

const chunkOf = (/** @type {number} */ row) => Math.floor(row / CHUNK);

/** @param {number} n @param {number[]} heights @returns {number[]} the height of each chunk, measured or guessed */
function heightsOf(n, heights) {
  const measured = heights.filter(Boolean);
  const usual = measured.length ? measured.reduce((sum, one) => sum + one, 0) / measured.length : CHUNK * ROW;
  return Array.from({ length: Math.ceil(n / CHUNK) }, (_, nth) => heights[nth] || usual);
}

/** The chunks that are shown, and one place for all that follow each other and are not. @param {number} n @param {Set<number>} shown @param {number[]} heights */
function partsOf(n, shown, heights) {
  /** @type {Part[]} */
  const parts = [];
  heightsOf(n, heights).forEach((height, nth) => {
    const [from, to, last] = [nth * CHUNK, Math.min(n, (nth + 1) * CHUNK), parts.at(-1)];
    if (shown.has(nth)) parts.push({ from, to });
    else if (last?.height !== undefined) Object.assign(last, { to, height: last.height + height });
    else parts.push({ from, to, height });
  });
  return parts;
}

/** How many elements a part has. @param {Part} part */
const elementsOf = ({ from, to, height }) => (height === undefined ? to - from : 1);

/** @param {HTMLElement} list @param {Part[]} parts @param {Measured} known */
function measure(list, parts, known) {
  const { width } = list.getBoundingClientRect();
  if (width !== known.width) Object.assign(known, { width, heights: [] });
  let at = 0;
  for (const part of parts) {
    const [first, last] = [list.children[at], list.children[at + elementsOf(part) - 1]];
    if (part.height === undefined && first && last) known.heights[chunkOf(part.from)] = last.getBoundingClientRect().bottom - first.getBoundingClientRect().top;
    at += elementsOf(part);
  }
}

/** The chunks near the window. @param {HTMLElement} list @param {number} n @param {number[]} heights */
function inView(list, n, heights) {
  let bottom = list.getBoundingClientRect().top;
  return heightsOf(n, heights).flatMap((height, nth) => {
    bottom += height;
    return printing || (bottom > -AROUND && bottom - height < innerHeight + AROUND) ? [nth] : [];
  });
}

/** The chunks of a row and of its neighbours, to which a key leads. @param {number} row @param {number} n */
const around = (row, n) => (row < 0 ? [] : [row - 1, row, row + 1].filter((one) => one >= 0 && one < n).map(chunkOf));

/** @param {HTMLElement} list @param {Part[]} parts */
function rowWithFocus(list, parts) {
  let nth = [...list.children].findIndex((one) => one.contains(document.activeElement));
  for (const part of nth < 0 ? [] : parts) {
    if (nth < elementsOf(part)) return part.from + nth;
    nth -= elementsOf(part);
  }
  return -1;
}

/** The place of rows that are not in the document. @param {{ height: number, columns?: number }} props `columns`: of a table */
export function Place({ height, columns }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => { place.current?.style.setProperty("height", `${height}px`); }, [height]);
  if (columns) return html`<tr ref=${place} class="place" aria-hidden="true"><td colspan=${columns}></td></tr>`;
  return html`<li ref=${place} class="place" aria-hidden="true"></li>`;
}
