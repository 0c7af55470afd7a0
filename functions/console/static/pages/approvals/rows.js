// The list itself: toolbar, the bar of new ones, rows, "Show more", and what is said when there is nothing.

import { html, useEffect, useRef } from "../../ui.js";
import { t } from "../../i18n.js";
import { here } from "../../router.js";
import { Button } from "../../components/button.js";
import { Place, useNear } from "../../components/near.js";
import { Note } from "../../components/note.js";
import { Skeleton } from "../../components/loaded.js";
import { ProblemNote } from "../../components/problem.js";
import { Problem } from "../../api.js";
import { Nothing } from "./nothing.js";
import { RequestRow } from "./row.js";
import { Toolbar } from "./toolbar.js";

/** @typedef {import("./filters.js").Filters} Filters */
/** @typedef {import("./list.js").List} List */
/** @typedef {import("./selection.js").Selection} Selection */

/**
 * @param {{ list: List, chosen: Filters, total: number, narrow: boolean, current: string, selection: Selection | null, hrefOf: (id: string) => string }} props
 * `selection` is null where several cannot be selected
 */
export function Rows({ list, chosen, total, narrow, current, selection, hrefOf }) {
  const rows = list.rows.value;
  const problem = list.problem.value;
  const scroll = useRef(/** @type {HTMLElement | null} */ (null));
  useFreshAtTop(list, scroll);
  useTop(list, scroll);
  const fresh = list.fresh.value.length;
  const someOpen = rows?.some((row) => row.can_open) ?? true;
  const inFocus = document.activeElement?.closest("[data-request-id]")?.getAttribute("data-request-id");
  const at = (/** @type {string | null | undefined} */ id) => rows?.findIndex((row) => row.id === id);
  const near = useNear(rows?.length ?? 0, { current: at(current), focused: at(inFocus), measured: list.measured });
  const size = list.cursor.value === null ? rows?.length : -1;
  const rowAt = (/** @type {import("./list.js").Row} */ row, /** @type {number} */ at) => html`<${RequestRow} key=${row.id} row=${row} place=${near.long ? { at: at + 1, of: size } : null} href=${hrefOf(row.id)} current=${row.id === current} selected=${selection?.has(row.id) ?? false} selectable=${selection !== null && someOpen} someOpen=${someOpen} onSelect=${(/** @type {boolean} */ on, /** @type {boolean} */ range) => selection?.select(rows ?? [], row.id, on, range)} pendingOnly=${chosen.status === "pending"} />`;
  return html`
    <div class="rows">
      ${!narrow && html`<${Toolbar} chosen=${chosen} all=${selection && someOpen && rows && rows.length > 0 ? selection.all(rows) : null} />`}
      ${fresh > 0 && html`<button type="button" class="fresh" onClick=${() => list.showFresh()}>${t("approvals.freshShow", { n: fresh })}</button>`}
      <div class="rows-scroll" ref=${scroll} tabindex=${someOpen ? undefined : "0"}>
        ${!someOpen && rows && rows.length > 0 && html`<div class="padded"><${Note} icon="lock" title=${t("approvals.viewOnly")}>${t("approvals.viewOnlyWords")}<//></div>`}
        ${problem !== null && html`<div class="padded"><${Refused} problem=${problem} again=${() => list.load()} /></div>`}
        ${rows === null && problem === null && html`<div class="padded"><${Skeleton} rows=${6} /></div>`}
        ${rows?.length === 0 && problem === null && html`<${Nothing} chosen=${chosen} total=${total} />`}
        ${rows && rows.length > 0 && html`
          <ul class=${near.long ? "list list-long" : "list"} aria-label=${t("approvals.list")} ref=${near.box}>
            ${near.parts.flatMap(({ from, to, height }) => (height === undefined ? rows.slice(from, to).map((row, nth) => rowAt(row, from + nth)) : html`<${Place} key=${`${from} to ${to}`} height=${height} />`))}
          </ul>
          <div class="list-end">${list.cursor.value === null
            ? html`<p class="quiet small">${t(chosen.status === "pending" ? "approvals.endPending" : "approvals.end", { n: rows.length })}</p>`
            : html`<${Button} busy=${list.loading.value} onClick=${() => list.more()}>${t("approvals.more")}<//>`}</div>`}
      </div>
    </div>`;
}

const NEAR_TOP = 40;

/** New ones slide in by themselves while the list is at its top and they come after what is read. @param {List} list @param {{ current: HTMLElement | null }} scroll */
function useFreshAtTop(list, scroll) {
  const n = list.fresh.value.length;
  useEffect(() => {
    const atTop = (scroll.current?.scrollTop ?? 0) < NEAR_TOP && window.scrollY < NEAR_TOP;
    if (n > 0 && atTop) list.showFresh();
  }, [n]);
}

/** Keeps how far the reader has scrolled, on a desktop in the list and on a phone in the window. @param {List} list @param {{ current: HTMLElement | null }} scroll */
function useTop(list, scroll) {
  useEffect(() => {
    const path = here.peek().path;
    const place = scroll.current;
    const narrow = !place || place.scrollHeight <= place.clientHeight;
    if (list.top > 0 && narrow) scrollTo(0, list.top);
    else if (place) place.scrollTop = list.top;
    // The next page begins at its top.
    const keep = () => { if (here.peek().path === path) list.top = Math.max(window.scrollY, place?.scrollTop ?? 0); };
    addEventListener("scroll", keep, true);
    return () => removeEventListener("scroll", keep, true);
  }, [list]);
}

/** @param {{ problem: unknown, again: () => void }} props */
function Refused({ problem, again }) {
  const forbidden = problem instanceof Problem && problem.status === 403;
  return html`<${ProblemNote} problem=${problem} action=${!forbidden && html`<${Button} size="small" onClick=${again}>${t("problem.again")}<//>`} />`;
}
