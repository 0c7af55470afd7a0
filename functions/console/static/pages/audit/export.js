// The entries that the filters find, all of them, as a file.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { useExport } from "../../exporting.js";
import { Button } from "../../components/button.js";
import { Menu } from "../../components/menu.js";
import { Note } from "../../components/note.js";
import { ProblemNote } from "../../components/problem.js";

/** @typedef {ReturnType<typeof useExport>} Exporting */

/** @param {"system" | "unified"} which */
export const useAuditExport = (which) => useExport(which === "system" ? "/v1/audit/system/export" : "/v1/audit/unified/export", `${which}-audit`);

/** @param {{ exporting: Exporting, query: Record<string, string>, shown: { items: unknown[], cursor: string | null } }} props `shown`: what was read of it */
export function ExportMenu({ exporting: { state, start, stop }, query, shown: { items, cursor } }) {
  if (state.busy) return html`<${Button} size="small" onClick=${stop}>${t("audit.export.stop")}<//>`;
  const rows = t(cursor ? "audit.export.more" : "audit.export.all", { n: items.length });
  const as = (/** @type {"csv" | "jsonl"} */ form) => ({ label: html`${t(`audit.${form}`)} <span class="menu-why">${rows}</span>`, icon: "download", onClick: () => start(query, form) });
  return html`<${Menu} label=${t("audit.export")} icon="download" text=${t("audit.export")} items=${[as("csv"), as("jsonl")]} />`;
}

/** How far it is. @param {{ exporting: Exporting, names: Record<string, string> }} props */
export function ExportState({ exporting: { state: { busy, progress, problem } }, names }) {
  if (problem === "cut") return html`<${Note} kind="bad" role="alert">${t("audit.export.cut")}<//>`;
  if (problem !== null) return html`<${ProblemNote} problem=${problem} names=${names} />`;
  return html`<p role="status" class="quiet small">${progress && t(busy ? "audit.export.rows" : "audit.export.done", { n: progress.rows })}</p>`;
}
