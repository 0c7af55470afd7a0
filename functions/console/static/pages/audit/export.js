// The entries that the filters find, all of them, as a file.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { useExport } from "../../exporting.js";
import { Note } from "../../components/note.js";
import { ProblemNote } from "../../components/problem.js";

/** @typedef {ReturnType<typeof useExport>} Exporting */

/** @param {"system" | "unified"} which */
export const useAuditExport = (which) => useExport(which === "system" ? "/v1/audit/system/export" : "/v1/audit/unified/export", `${which}-audit`);

/** How far it is. @param {{ exporting: Exporting, names: Record<string, string> }} props */
export function ExportState({ exporting: { state: { busy, progress, problem } }, names }) {
  if (problem === "cut") return html`<${Note} kind="bad" role="alert">${t("audit.export.cut")}<//>`;
  if (problem !== null) return html`<${ProblemNote} problem=${problem} names=${names} />`;
  return html`<p role="status" class="quiet small">${progress && t(busy ? "audit.export.rows" : "audit.export.done", { n: progress.rows })}</p>`;
}
