// Columns of numbers, one upon another, as an image with a title and a description. It is as wide as its place, so that its
// letters stay as large as the page's.

import { html, useId, useLayoutEffect, useRef, useSignal } from "../ui.js";
import { locale } from "../i18n.js";

/**
 * @typedef {object} Column
 * @property {string} label below it
 * @property {number[]} values from the bottom, one for each tone
 * @property {boolean} [weekend]
 */

const TOP = 18;
const BOTTOM = 20;
const LABEL = 34;
const numbers = new Intl.NumberFormat(locale);

/**
 * @param {{
 *   title: string, finding: string, columns: Column[], tones: number[], grid?: boolean, every?: boolean, wide?: number, height?: number
 * }} props `finding`: what it tells, in a sentence; `tones`: the colours `chart-N` from the bottom; `every`: each column is labelled
 * with its height, not just the highest; `wide`: how wide a label is
 */
export function Chart({ title, finding, columns, tones, grid, every, wide = LABEL, height = 200 }) {
  const id = useId();
  const { box, width } = useWidth();
  const heights = columns.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const highest = Math.max(...heights, 0);
  const scale = scaleOf(highest);
  const { ticks } = scale;
  const top = grid ? scale.top : Math.max(highest, 1);
  const start = grid ? 10 + 7 * numbers.format(top).length : 0;
  const step = (width - start) / Math.max(columns.length, 1);
  const place = { start, step, bar: Math.max(2, Math.min(step * 0.66, 64)), y: (/** @type {number} */ value) => height - BOTTOM - (value / top) * (height - BOTTOM - TOP) };
  const nth = Math.max(1, Math.ceil(wide / step));
  return html`
    <div class="chart-box" ref=${box}>
      <svg class="chart" viewBox=${`0 0 ${width} ${height}`} width="100%" height=${height} role="img" aria-labelledby=${`${id}-title`} aria-describedby=${`${id}-finding`}>
        <title id=${`${id}-title`}>${title}</title><desc id=${`${id}-finding`}>${finding}</desc>
        ${columns.map((column, at) => column.weekend && html`<rect class="chart-weekend" x=${start + at * step} y=${TOP - 8} width=${step} height=${height - BOTTOM - TOP + 8} />`)}
        ${grid && ticks.map((tick) => html`<line class="chart-line" x1=${start} x2=${width} y1=${place.y(tick)} y2=${place.y(tick)} /><text class="chart-text" x=${start - 6} y=${place.y(tick) + 4} text-anchor="end">${numbers.format(tick)}</text>`)}
        ${columns.map((column, at) => html`<${Stack} key=${at} column=${column} at=${at} tones=${tones} place=${place} />`)}
        ${columns.map((column, at) => at % nth === 0 && html`<text class="chart-text" x=${start + (at + 0.5) * step} y=${height - 5} text-anchor="middle">${column.label}</text>`)}
        ${columns.map((_, at) => heights[at] > 0 && (every || at === heights.indexOf(highest)) && html`<text class="chart-text chart-top" x=${start + (at + 0.5) * step} y=${place.y(heights[at]) - 5} text-anchor="middle">${numbers.format(heights[at])}</text>`)}
      </svg>
    </div>`;
}

/** @typedef {{ start: number, step: number, bar: number, y: (value: number) => number }} Place */

/** One column: its parts have a gap of a pixel between them. @param {{ column: Column, at: number, tones: number[], place: Place }} props */
function Stack({ column, at, tones, place }) {
  const x = place.start + (at + 0.5) * place.step - place.bar / 2;
  let below = 0;
  return column.values.map((value, part) => {
    const [from, to] = [place.y(below), place.y(below + value)];
    const gap = below > 0 ? 1 : 0;
    below += value;
    return value > 0 && html`<rect class=${`chart-${tones[part]}`} x=${x} y=${to} width=${place.bar} height=${Math.max(1, from - to - gap)} rx="1.5" />`;
  });
}

/** A round end of the scale, in steps that are whole. @param {number} highest */
function scaleOf(highest) {
  const wanted = Math.max(highest, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = Math.max(1, [1, 2, 2.5, 5, 10].map((of) => of * power).find((one) => one >= wanted && (one >= 10 || Number.isInteger(one))) ?? Math.ceil(wanted));
  const top = Math.ceil(Math.max(highest, 1) / step) * step;
  return { top, ticks: Array.from({ length: top / step + 1 }, (_, nth) => nth * step) };
}

/** How wide its place is. */
function useWidth() {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const width = useSignal(640);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const measure = () => {
      if (element.clientWidth > 0) width.value = element.clientWidth;
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { box, width: width.value };
}
