// Which computers are ticked, and what can be done with all of them.

import { html, signal, useMemo } from "../../ui.js";
import { t } from "../../i18n.js";
import { computerName } from "../../format.js";
import { Button } from "../../components/button.js";
import { Check } from "../../components/check.js";
import { plainly } from "../../components/text.js";

/** @typedef {import("./page.js").Computer} Computer */
/** @typedef {ReturnType<typeof useTicks>} Ticks */

/** What has left the list is not ticked any more, and nothing is once other ones are looked for. @param {Computer[]} rows @param {unknown[]} filters */
export function useTicks(rows, filters) {
  const ids = useMemo(() => signal(/** @type {Set<string>} */ (new Set())), filters);
  const ticked = rows.filter(({ id }) => ids.value.has(id));
  return {
    rows,
    ticked,
    has: (/** @type {string} */ id) => ids.value.has(id),
    set: (/** @type {string[]} */ which, /** @type {boolean} */ on) => {
      const next = new Set(ids.value);
      for (const id of which) on ? next.add(id) : next.delete(id);
      ids.value = next;
    },
    clear: () => { ids.value = new Set(); },
  };
}

/** @param {{ computer: Computer, ticks: Ticks }} props */
export function Tick({ computer, ticks }) {
  return html`<${Check} checked=${ticks.has(computer.id)} label=${t("computers.select", { computer: plainly(computerName(computer)) })} onChange=${(/** @type {boolean} */ on) => ticks.set([computer.id], on)} />`;
}

/** @param {{ ticks: Ticks, group: { name: string } | undefined, off: any, onMaintenance: () => void }} props `group`: the one that is shown whole */
export function SelectionBar({ ticks, group, off, onMaintenance }) {
  const n = ticks.ticked.length;
  const all = n === ticks.rows.length;
  const ids = ticks.rows.map(({ id }) => id);
  const words = n === 0 && group ? t("maintenance.ofGroup") : t("maintenance.title");
  return html`
    <div class="selection-bar">
      <${Check} checked=${all} partly=${n > 0 && !all} onChange=${() => ticks.set(ids, !all)}>${t("computers.selectAll")}<//>
      <span class="quiet" role="status">${n > 0 && t("computers.selected", { n })}</span>
      <${Button} size="small" icon="settings" off=${off ?? (n === 0 && !group ? t("maintenance.selectFirst") : undefined)} onClick=${onMaintenance}>${words}<//>
    </div>`;
}
