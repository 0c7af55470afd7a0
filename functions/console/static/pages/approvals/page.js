// `/requests`: the Approval Center.

import { html, useEffect, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { announce } from "../../announce.js";
import { count } from "../../format.js";
import { withQuery } from "../../router.js";
import { helpOpen } from "../../shell/shortcuts-help.js";
import { Button } from "../../components/button.js";
import { LiveDot } from "../../components/live-dot.js";
import { PageHead } from "../../components/page-head.js";
import { useNarrow } from "../../components/table.js";
import { Tabs } from "../../components/tabs.js";
import { organizationsOf, useCounts } from "./counts.js";
import { TABS, filters, listQuery, ofTab } from "./filters.js";
import { useList } from "./list.js";
import { Rows } from "./rows.js";
import { FilterButton, OrganizationChips, PhoneToolbar } from "./toolbar.js";

export const styles = import.meta.resolve("./page.css");

const ANNOUNCED_EVERY = 60_000;
let announcedAt = 0;

export default function Approvals() {
  const chosen = filters();
  const list = useList(listQuery(chosen));
  const counts = useCounts();
  const narrow = useNarrow();
  const filtersOpen = useSignal(Boolean(chosen.q || chosen.kind));
  const fresh = list.fresh.value.length;
  useEffect(() => {
    if (fresh === 0 || Date.now() - announcedAt < ANNOUNCED_EVERY) return;
    announcedAt = Date.now();
    announce(t("approvals.arrived", { n: fresh }));
  }, [fresh]);
  const total = counts.data?.total ?? 0;
  const tabs = TABS.map((tab) => ({
    href: withQuery(ofTab(tab)),
    label: t(`approvals.tab.${tab}`),
    on: tab === chosen.tab,
    n: tab === "pending" && counts.data ? count(total) : undefined,
  }));
  const end = narrow
    ? html`<${FilterButton} open=${filtersOpen.value} onToggle=${() => { filtersOpen.value = !filtersOpen.value; }} />`
    : html`<${Button} kind="bare" size="small" label=${t("keys.title")} onClick=${() => { helpOpen.value = true; }}><kbd>?</kbd><//>`;
  return html`
    <div class="approvals">
      <${PageHead} title=${t("approvals.title")} n=${total} beside=${html`<${LiveDot} readAt=${list.readAt.value} />`} end=${end} tabs=${html`<${Tabs} label=${t("approvals.tabs")} tabs=${tabs} />`} />
      <${OrganizationChips} organizations=${organizationsOf(counts.data)} total=${total} chosen=${chosen.organization} />
      ${narrow && html`<${PhoneToolbar} chosen=${chosen} open=${filtersOpen.value} />`}
      <${Rows} list=${list} chosen=${chosen} total=${total} narrow=${narrow} />
    </div>`;
}
