// The history as a file: requests with their decisions.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { useExport } from "../../exporting.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Chips } from "../../components/chip.js";
import { Icon } from "../../components/icon.js";
import { Note } from "../../components/note.js";
import { ProblemNote } from "../../components/problem.js";
import { Select } from "../../components/select.js";
import { shifted, shortDay } from "./model.js";

const STATUSES = /** @type {const} */ (["", "pending", "decided", "approved", "denied", "ignored", "revoked", "ended"]);
const KINDS = /** @type {const} */ (["", "application", "storage", "elevation"]);

/** @param {{ organization: string, period: import("./page.js").Period, names: Record<string, string> }} props */
export function ExportHistory({ organization, period, names }) {
  const format = useSignal(/** @type {"csv" | "jsonl"} */ ("csv"));
  const status = useSignal("");
  const kind = useSignal("");
  const { state, start, stop } = useExport("/v1/requests/export", "requests");
  const go = () => start({
    organization_id: organization, status: status.value, kind: kind.value, created_after: `${period.from}T00:00:00Z`, created_before: `${shifted(period.to, 1)}T00:00:00Z`,
  }, format.value);
  const { progress, problem, busy } = state;
  return html`
    <${Card} title=${t("export.title")}>
      <div class="stack">
        <p class="hint">${t("export.words", { from: shortDay(period.from), to: shortDay(period.to) })}</p>
        <div class="fields-three">
          <${Select} label=${t("export.status")} value=${status.value} options=${STATUSES.map((value) => ({ value, label: t(`export.status.${value}`) }))} onChange=${(/** @type {string} */ value) => { status.value = value; }} />
          <${Select} label=${t("export.kind")} value=${kind.value} options=${KINDS.map((value) => ({ value, label: t(`export.kind.${value}`) }))} onChange=${(/** @type {string} */ value) => { kind.value = value; }} />
          <${Chips} legend=${t("export.format")} value=${format.value} options=${[{ value: "csv", label: "CSV" }, { value: "jsonl", label: "JSON lines" }]} onChange=${(/** @type {any} */ value) => { format.value = value; }} />
        </div>
        <div class="row row-wrap"><${Button} icon="download" busy=${busy} onClick=${go}>${t("export.do")}<//>${busy && html`<${Button} onClick=${stop}>${t("export.stop")}<//>`}
          <span role="status">${progress && t(progress.over ? "export.done" : "export.rows", { n: progress.rows })}</span>
          ${progress?.over && html`<a class="button" href=${progress.href} download=${`requests.${format.value}`}><${Icon} name="download" />${t("export.again")}</a>`}</div>
        ${problem === "cut" && html`<${Note} kind="bad" role="alert">${t("export.cut")}<//>`}
        ${problem !== null && problem !== "cut" && html`<${ProblemNote} problem=${problem} names=${names} />`}
      </div>
    <//>`;
}
