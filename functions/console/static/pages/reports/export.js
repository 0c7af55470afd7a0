// The history as a file: requests with their decisions. The server sends it in parts, each with a last line that says where the
// next one begins; a part without that line was cut off.

import { html, useEffect, useRef, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { readText } from "../../api.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Chips } from "../../components/chip.js";
import { Icon } from "../../components/icon.js";
import { Note } from "../../components/note.js";
import { ProblemNote } from "../../components/problem.js";
import { Select } from "../../components/select.js";
import { shifted, shortDay } from "./model.js";

/** @typedef {{ rows: number, over: boolean, href: string }} Progress */

const TYPES = { csv: "text/csv", jsonl: "application/jsonl" };
const STATUSES = /** @type {const} */ (["", "pending", "decided", "approved", "denied", "ignored", "revoked", "ended"]);
const KINDS = /** @type {const} */ (["", "application", "storage", "elevation"]);
const LONG = 600_000;

/** A part without its last line, and what that says; null if it was cut off. @param {string} text @param {"csv" | "jsonl"} format */
export function endOf(text, format) {
  const body = text.replace(/\r?\n$/, "");
  const at = body.lastIndexOf("\n") + 1;
  const last = body.slice(at).replace(/\r$/, "");
  if (format === "csv") {
    const found = /^"?#end"?,"?(\d+)"?,"?([^",]*)"?$/.exec(last);
    return found && { body: text.slice(0, at), rows: Number(found[1]), cursor: found[2] || null };
  }
  if (!last.startsWith('{"end":')) return null;
  const { end } = JSON.parse(last);
  return { body: text.slice(0, at), rows: Number(end.rows), cursor: end.next_cursor ?? null };
}

/** Reads all parts. @param {Record<string, string>} query @param {"csv" | "jsonl"} format @param {AbortSignal} signal @param {(rows: number) => void} onRows */
async function readAll(query, format, signal, onRows) {
  const parts = [];
  let [rows, cursor] = [0, /** @type {string | null} */ (null)];
  do {
    const end = endOf(await readText("/v1/requests/export", { query: { ...query, format, cursor }, signal, timeLimit: LONG }), format);
    if (!end) return null;
    parts.push(end.body);
    rows += end.rows;
    cursor = end.cursor;
    onRows(rows);
  } while (cursor);
  return { rows, file: new Blob(parts, { type: TYPES[format] }) };
}

/** @param {{ organization: string, period: import("./page.js").Period, names: Record<string, string> }} props */
export function ExportHistory({ organization, period, names }) {
  const format = useSignal(/** @type {"csv" | "jsonl"} */ ("csv"));
  const status = useSignal("");
  const kind = useSignal("");
  const { state, start, stop } = useExport();
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

/** One export at a time; what was read is saved as a file. */
function useExport() {
  const state = useSignal({ busy: false, progress: /** @type {Progress | null} */ (null), problem: /** @type {unknown} */ (null) });
  const left = useRef(/** @type {AbortController | null} */ (null));
  const href = useRef("");
  const forget = () => {
    if (href.current) URL.revokeObjectURL(href.current);
    href.current = "";
  };
  useEffect(() => () => {
    left.current?.abort();
    forget();
  }, []);
  const start = async (/** @type {Record<string, string>} */ query, /** @type {"csv" | "jsonl"} */ format) => {
    forget();
    const mine = new AbortController();
    left.current = mine;
    state.value = { busy: true, progress: { rows: 0, over: false, href: "" }, problem: null };
    try {
      const found = await readAll(query, format, mine.signal, (rows) => { state.value = { ...state.peek(), progress: { rows, over: false, href: "" } }; });
      if (mine.signal.aborted) return;
      if (!found) {
        state.value = { busy: false, progress: null, problem: "cut" };
        return;
      }
      href.current = URL.createObjectURL(found.file);
      save(href.current, `requests.${format}`);
      state.value = { busy: false, progress: { rows: found.rows, over: true, href: href.current }, problem: null };
    } catch (problem) {
      if (!mine.signal.aborted) state.value = { busy: false, progress: null, problem };
    }
  };
  const stop = () => {
    left.current?.abort();
    state.value = { busy: false, progress: null, problem: null };
  };
  return { state: state.value, start, stop };
}

/** @param {string} href @param {string} name */
function save(href, name) {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
}
