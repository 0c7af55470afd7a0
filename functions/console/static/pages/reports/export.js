// The history as a file: requests with their decisions.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { useExport } from "../../exporting.js";
import { Card } from "../../components/card.js";
import { ExportMenu } from "../../components/export-menu.js";
import { Icon } from "../../components/icon.js";
import { Note } from "../../components/note.js";
import { ProblemNote } from "../../components/problem.js";
import { Select } from "../../components/select.js";
import { shifted, shortDay } from "./model.js";

const STATUSES = /** @type {const} */ (["", "pending", "decided", "approved", "denied", "ignored", "revoked", "ended"]);
const KINDS = /** @type {const} */ (["", "application", "storage", "elevation"]);

/** @param {{ organization: string, period: import("./page.js").Period, names: Record<string, string> }} props */
export function ExportHistory({ organization, period, names }) {
  const status = useSignal("");
  const kind = useSignal("");
  const exporting = useExport("/v1/requests/export", "requests");
  const wanted = {
    organization_id: organization, status: status.value, kind: kind.value, created_after: `${period.from}T00:00:00Z`, created_before: `${shifted(period.to, 1)}T00:00:00Z`,
  };
  const { progress, problem } = exporting.state;
  return html`
    <${Card} title=${t("export.title")}>
      <div class="stack">
        <p class="hint">${t("export.words", { from: shortDay(period.from), to: shortDay(period.to) })}</p>
        <div class="fields-two">
          <${Select} label=${t("export.status")} value=${status.value} options=${STATUSES.map((value) => ({ value, label: t(`export.status.${value}`) }))} onChange=${(/** @type {string} */ value) => { status.value = value; }} />
          <${Select} label=${t("export.kind")} value=${kind.value} options=${KINDS.map((value) => ({ value, label: t(`export.kind.${value}`) }))} onChange=${(/** @type {string} */ value) => { kind.value = value; }} />
        </div>
        <div class="row row-wrap"><${ExportMenu} exporting=${exporting} query=${wanted} words="export" />
          <span role="status">${progress && t(progress.over ? "export.done" : "export.rows", { n: progress.rows })}</span>
          ${progress?.over && html`<a class="button" href=${progress.href} download=${progress.file}><${Icon} name="download" />${t("export.again")}</a>`}</div>
        ${problem === "cut" && html`<${Note} kind="bad" role="alert">${t("export.cut")}<//>`}
        ${problem !== null && problem !== "cut" && html`<${ProblemNote} problem=${problem} names=${names} />`}
      </div>
    <//>`;
}
