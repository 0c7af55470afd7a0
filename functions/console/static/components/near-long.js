// Which rows of a long list are in the document, and how high the others were.

/** @typedef {import("./near.js").Part} Part */
/** @typedef {import("./near.js").Measured} Measured */

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

/**
 * Looks which rows are near, now and whenever that may change. Returns how to stop.
 * @param {{
 *   n: number, current: number, box: { current: HTMLElement | null }, drawn: { current: Part[] }, known: Measured,
 *   shown: import("@preact/signals").Signal<Set<number>>
 * }} list `shown`: the chunks that are in the document
 */
export function watch({ n, current, box, drawn, known, shown }) {
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
}

const chunkOf = (/** @type {number} */ row) => Math.floor(row / CHUNK);

/** @param {number} n @param {number[]} heights @returns {number[]} the height of each chunk, measured or guessed */
function heightsOf(n, heights) {
  const measured = heights.filter(Boolean);
  const usual = measured.length ? measured.reduce((sum, one) => sum + one, 0) / measured.length : CHUNK * ROW;
  return Array.from({ length: Math.ceil(n / CHUNK) }, (_, nth) => heights[nth] || usual);
}

/** The chunks that are shown, and one place for all that follow each other and are not. @param {number} n @param {Set<number>} shown @param {number[]} heights */
export function partsOf(n, shown, heights) {
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
export const around = (row, n) => (row < 0 ? [] : [row - 1, row, row + 1].filter((one) => one >= 0 && one < n).map(chunkOf));

/** @param {HTMLElement} list @param {Part[]} parts */
function rowWithFocus(list, parts) {
  let nth = [...list.children].findIndex((one) => one.contains(document.activeElement));
  for (const part of nth < 0 ? [] : parts) {
    if (nth < elementsOf(part)) return part.from + nth;
    nth -= elementsOf(part);
  }
  return -1;
}
