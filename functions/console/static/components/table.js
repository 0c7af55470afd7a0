// A real table where rows and columns mean something. On a phone the same rows are drawn as a list of cards, not as a table
// whose parts have lost their meaning.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { useNarrow } from "./narrow.js";
import { Place, useNear } from "./near.js";

/**
 * @template T
 * @typedef {object} Column
 * @property {string} title
 * @property {(row: T) => any} cell
 * @property {"title" | "state" | "fact" | "more" | "action"} [card] its place on a card
 * @property {boolean} [end] aligned at the end, as numbers are
 * @property {string} [width] such as "26%". Where one of them has it, the columns keep their widths while other rows are shown; those without it
 * share what is left
 */

/**
 * @template T
 * @param {{ caption: string, columns: Column<T>[], rows: T[], keyOf: (row: T) => string, more?: boolean, least?: string }} props `more`: whether
 * there may be rows that were not read; `least`: how wide it is at least, where its place scrolls
 */
export function Table({ caption, columns, rows, keyOf, more = false, least }) {
  const narrow = useNarrow();
  const inFocus = document.activeElement?.closest("[data-key]")?.getAttribute("data-key");
  const near = useNear(rows.length, { focused: rows.findIndex((row) => keyOf(row) === inFocus) });
  const drawn = (/** @type {(row: T, at: number) => any} */ draw) => near.parts.flatMap(({ from, to, height }) => (height === undefined
    ? rows.slice(from, to).map((row, nth) => draw(row, from + nth))
    : html`<${Place} key=${`${from} to ${to}`} height=${height} columns=${narrow ? undefined : columns.length} />`));
  if (narrow) return html`<ul class="cards" aria-label=${caption} ref=${near.box}>${drawn((row, at) => html`<${CardRow} key=${keyOf(row)} name=${keyOf(row)} columns=${columns} row=${row} at=${near.long ? at + 1 : undefined} of=${more ? -1 : rows.length} />`)}</ul>`;
  const fixed = columns.some(({ width }) => width);
  return html`
    <table class=${fixed ? "table table-fixed" : "table"} ref=${styled("min-width", least)} aria-rowcount=${near.long ? (more ? -1 : rows.length + 1) : undefined}>
      <caption class="only-read">${caption}</caption>
      ${fixed && html`<colgroup>${columns.map(({ width }) => html`<col ref=${styled("width", width)} />`)}</colgroup>`}
      <thead><tr aria-rowindex=${near.long ? 1 : undefined}>${columns.map((column) => html`<th scope="col" class=${column.end ? "end" : undefined}>${column.title}</th>`)}</tr></thead>
      <tbody ref=${near.box}>${drawn((row, at) => html`<tr key=${keyOf(row)} data-key=${keyOf(row)} aria-rowindex=${near.long ? at + 2 : undefined}>${columns.map((column) => (column.card === "title"
        ? html`<th scope="row">${column.cell(row)}</th>`
        : html`<td class=${column.end ? "end" : undefined}>${column.cell(row)}</td>`))}</tr>`)}</tbody>
    </table>`;
}

/** @param {string} name @param {string | undefined} value */
const styled = (name, value) => (/** @type {HTMLElement | null} */ element) => element?.style.setProperty(name, value ?? "");

/** @template T @param {{ name: string, columns: Column<T>[], row: T, at: number | undefined, of: number }} props `at`: its number, where not all are in the document; `of`: of how many (-1: that is not known) */
function CardRow({ name, columns, row, at: nth, of }) {
  const at = (/** @type {string} */ place) => columns.filter((column) => (column.card ?? "fact") === place);
  const fact = (/** @type {Column<T>} */ column) => html`<div class="card-row-fact"><span class="quiet">${column.title}</span> ${column.cell(row)}</div>`;
  return html`
    <li class="card-row" data-key=${name} aria-posinset=${nth} aria-setsize=${nth && of}>
      <div class="card-row-head">${at("title").map((column) => html`<b>${column.cell(row)}</b>`)}<span>${at("state").map((column) => column.cell(row))}</span></div>
      ${at("fact").map(fact)}
      ${at("more").length > 0 && html`<details class="disclose"><summary>${t("table.more")}</summary>${at("more").map(fact)}</details>`}
      ${at("action").map((column) => html`<div class="card-row-action">${column.cell(row)}</div>`)}
    </li>`;
}
