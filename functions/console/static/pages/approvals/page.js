// `/requests`: the Approval Center.

import { html, useEffect, useRef, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { announce } from "../../announce.js";
import { count } from "../../format.js";
import { useKeys } from "../../keyboard.js";
import { organizationOf } from "../../places.js";
import { here, navigate, query, setQuery, withQuery } from "../../router.js";
import { helpOpen } from "../../shell/help-open.js";
import { keepRows, list as last, loadEarly, queue } from "../../request/queue.js";
import { Button } from "../../components/button.js";
import { Later, partOf, useSoon } from "../../components/later.js";
import { LiveDot } from "../../components/live-dot.js";
import { PageHead } from "../../components/page-head.js";
import { useNarrow } from "../../components/narrow.js";
import { Tabs } from "../../components/tabs.js";
import { organizationsOf, useCounts } from "./counts.js";
import { TABS, filters, listQuery, ofTab } from "./filters.js";
import { useList } from "./list.js";
import { Rows } from "./rows.js";
import { useSelection } from "./selection.js";
import { FilterButton, OrganizationChips, PhoneToolbar, SavedFilters } from "./toolbar.js";

export const styles = import.meta.resolve("./page.css");

const loadPanel = partOf(() => import("./panel.js"), "Panel", "request", "decision");
const loadBulk = partOf(() => import("./bulk.js"), "BulkPanel", "bulk", "request", "decision");

const ANNOUNCED_EVERY = 60_000;
const BESIDE = "(min-width: 75rem)";
let announcedAt = 0;

export default function Approvals() {
  const chosen = filters();
  const list = useList(listQuery(chosen));
  const counts = useCounts(organizationOf());
  const narrow = useNarrow();
  const beside = useNarrow(BESIDE);
  const selection = useSelection();
  const filtersOpen = useSignal(Boolean(chosen.q || chosen.kind || chosen.group));
  useSoon(loadEarly);
  useAnnouncedFresh(list.fresh.value.length);
  const rows = list.rows.value ?? [];
  const selected = query.value.get("selected") ?? "";
  // Without a choice in the address the first one is open, so that a decision is one key away. From then on the address names it: it
  // stays open whatever becomes of the list.
  const current = beside ? selected || rows.find((row) => row.can_open)?.id || "" : "";
  useEffect(() => {
    if (current && !selected) setQuery({ selected: current }, { replace: true });
  }, [current, selected]);
  useEffect(() => selection.clear, [list]);
  useEffect(() => { last.address = withQuery({ decide: null }); }, [here.value]);
  useEffect(() => {
    keepRows(rows);
    if (chosen.status === "pending") queue.value = rows.filter((row) => row.can_open).map((row) => row.id);
  }, [rows, chosen.status]);
  const total = counts.data?.total ?? 0;
  const end = narrow
    ? html`<${FilterButton} open=${filtersOpen.value} onToggle=${() => { filtersOpen.value = !filtersOpen.value; }} />`
    : html`<${SavedFilters} /><${Button} kind="bare" size="small" label=${t("keys.title")} onClick=${() => { helpOpen.value = true; }}><kbd>?</kbd><//>`;
  const hrefOf = (/** @type {string} */ id) => (beside ? withQuery({ selected: id, decide: null }) : `/requests/${id}`);
  const mayTick = !narrow && chosen.status === "pending";
  useFocusFollows(current);
  useListKeys({ rows, current, beside, selection, mayTick });
  return html`
    <div class="approvals">
      <${PageHead} title=${t("approvals.title")} n=${total} beside=${html`<${LiveDot} readAt=${list.readAt.value} />`} end=${end} tabs=${html`<${TabRow} chosen=${chosen} total=${counts.data ? count(total) : undefined} />`} />
      <div class="split">
        <div class="split-list">
          <${OrganizationChips} organizations=${organizationsOf(counts.data)} total=${total} more=${counts.data?.more_organizations ?? 0} chosen=${chosen.organization} counted=${chosen.tab === "pending"} />
          ${narrow && html`<${PhoneToolbar} chosen=${chosen} open=${filtersOpen.value} />`}
          <${Rows} list=${list} chosen=${chosen} total=${total} narrow=${narrow} current=${current} selection=${mayTick ? selection : null} hrefOf=${hrefOf} />
        </div>
        <${Beside} list=${list} counts=${counts} current=${current} beside=${beside} selection=${selection} chosen=${chosen} />
      </div>
    </div>`;
}

/** @param {{ chosen: import("./filters.js").Filters, total: string | undefined }} props */
function TabRow({ chosen, total }) {
  const tabs = TABS.map((tab) => ({
    href: withQuery(ofTab(tab)),
    label: t(`approvals.tab.${tab}`),
    on: tab === chosen.tab,
    n: tab === "pending" ? total : undefined,
  }));
  return html`<${Tabs} label=${t("approvals.tabs")} tabs=${tabs} />`;
}

/** @param {{ list: import("./list.js").List, counts: import("../../resource.js").Resource<import("./counts.js").Counts | null>, current: string, beside: boolean, selection: import("./selection.js").Selection, chosen: import("./filters.js").Filters }} props */
function Beside({ list, counts, current, beside, selection, chosen }) {
  const rows = list.rows.value ?? [];
  const ticked = selection.ids.value;
  const done = (/** @type {string[]} */ ids) => {
    selection.drop(ids);
    counts.reload();
  };
  if (ticked.length > 0 || selection.stays.value) {
    return html`<${Later} load=${loadBulk} list=${list} rows=${rows.filter((row) => ticked.includes(row.id))} selection=${selection} chosen=${chosen} onDone=${(/** @type {string[]} */ ids) => { selection.stays.value = true; list.without(ids); done(ids); }} onOpen=${(/** @type {string} */ id) => { selection.clear(); navigate(beside ? withQuery({ selected: id }) : `/requests/${id}`); }} />`;
  }
  if (!beside) return null;
  if (!current && !rows.some((row) => row.can_open)) return html`<div class="panel"></div>`;
  if (!current) return html`<aside class="panel" aria-label=${t("panel.title")}><p class="panel-empty">${t("panel.none")}</p></aside>`;
  const at = rows.findIndex((row) => row.id === current);
  const following = rows.slice(at + 1).find((row) => row.can_open && row.status === "pending") ?? rows.find((row) => row.id !== current && row.can_open && row.status === "pending");
  const left = Math.max(0, (counts.data?.total ?? rows.length) - (rows[at]?.status === "pending" ? 1 : 0));
  const next = following ? { href: withQuery({ selected: following.id, decide: null }), left: Math.max(left, 1) } : null;
  return html`<${Later} load=${loadPanel} key=${current} id=${current} row=${rows[at]} next=${next} onDecided=${done} />`;
}

/** @param {number} fresh */
function useAnnouncedFresh(fresh) {
  useEffect(() => {
    if (fresh === 0 || Date.now() - announcedAt < ANNOUNCED_EVERY) return;
    announcedAt = Date.now();
    announce(t("approvals.arrived", { n: fresh }));
  }, [fresh]);
}

const rowElements = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-request-id]")]);

/** The row where reading goes on while none has the focus. */
const firstInView = () => rowElements().find((row) => row.querySelector("a") && row.getBoundingClientRect().bottom > 0)?.dataset.requestId;

/** @param {string} id */
function focusRow(id) {
  const link = rowElements().find((row) => row.dataset.requestId === id)?.querySelector("a");
  link?.focus();
  return Boolean(link);
}

/** In a long list it comes into the document once it is the current one. @param {string} id */
function goToRow(id) {
  if (!focusRow(id)) requestAnimationFrame(() => focusRow(id));
}

/** Where the focus was in a panel that another one has replaced, as after "Next", it goes on at the row of that. @param {string} current */
function useFocusFollows(current) {
  const before = useRef(current);
  useEffect(() => {
    const replaced = before.current && current && before.current !== current;
    before.current = current;
    if (replaced && document.activeElement === document.body) goToRow(current);
  }, [current]);
}

/** @param {{ rows: import("./list.js").Row[], current: string, beside: boolean, selection: import("./selection.js").Selection, mayTick: boolean }} state */
function useListKeys({ rows, current, beside, selection, mayTick }) {
  const open = rows.filter((row) => row.can_open);
  const focused = () => {
    const row = document.activeElement?.closest("[data-request-id]");
    return row instanceof HTMLElement ? row.dataset.requestId ?? "" : "";
  };
  const step = (/** @type {number} */ by) => () => {
    const own = beside ? current : focused();
    const from = own || firstInView();
    const at = open.findIndex((row) => row.id === from) + (own ? by : 0);
    const next = open[Math.min(Math.max(at, 0), open.length - 1)];
    if (!next) return;
    if (beside) setQuery({ selected: next.id, decide: null }, { replace: true });
    goToRow(next.id);
  };
  const tick = (/** @type {boolean} */ range) => () => {
    const id = focused() || current;
    if (id && mayTick) selection.select(rows, id, !selection.has(id), range);
  };
  useKeys({ j: step(1), k: step(-1), x: tick(false), "Shift+x": tick(true), Escape: selection.clear });
}
