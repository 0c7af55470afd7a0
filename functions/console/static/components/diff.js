// What differs between two versions: what was, struck out; what is, inserted. Each with a word for those who do not see colours.

import { html } from "../ui.js";
import { Table } from "./table.js";

const nothing = () => html`<span class="quiet">–</span>`;

/** @param {{ caption: string, titles: [string, string, string, string], rows: { key: string, of: any, what: any, before: any, after: any }[] }} props */
export function Diff({ caption, titles, rows }) {
  /** @type {import("./table.js").Column<typeof rows[0]>[]} */
  const columns = [
    { title: titles[0], card: "title", cell: (row) => row.of },
    { title: titles[1], cell: (row) => row.what },
    { title: titles[2], cell: (row) => (row.before === null ? nothing() : html`<del>${row.before}</del>`) },
    { title: titles[3], cell: (row) => (row.after === null ? nothing() : html`<ins>${row.after}</ins>`) },
  ];
  return html`<div class="diff"><${Table} caption=${caption} columns=${columns} rows=${rows} keyOf=${(/** @type {any} */ row) => row.key} /></div>`;
}
