// The panel for many at once: relative choices, what will happen to each file, what stays pending and why, and a result that
// lists what went through and what did not.

import { html, useEffect, useRef, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { Problem, lostSince } from "../../api.js";
import { computerName, counted } from "../../format.js";
import { useKeys } from "../../keyboard.js";
import { chips, mayBegin, untilOf, valueOf } from "../../decision/until.js";
import { Button } from "../../components/button.js";
import { Chips } from "../../components/chip.js";
import { Field } from "../../components/field.js";
import { Icon } from "../../components/icon.js";
import { Later, partOf } from "../../components/later.js";
import { Note } from "../../components/note.js";
import { Options } from "../../components/options.js";
import { ProblemNote, words } from "../../components/problem.js";
import { FileName, Text } from "../../components/text.js";
import { AT_ONCE } from "./list.js";
import { useBulk, wantsWords, whyAlone } from "./bulk-model.js";
import { useMatching } from "./matching.js";

/** @typedef {import("./list.js").Row} Row */
/** @typedef {import("./bulk-model.js").Bulk} Bulk */

const loadFirstUse = partOf(() => import("../../decision/first-use.js"), "FirstUse", "first-use");
/** The value of the chip for each organization's own end. */
const OWN = "own";

/** @param {{ list: import("./list.js").List, rows: Row[], selection: import("./selection.js").Selection, chosen: import("./filters.js").Filters, onDone: (ids: string[]) => void, onOpen: (id: string) => void }} props */
export function BulkPanel({ list, rows, selection, onDone, onOpen }) {
  const alone = rows.filter((row) => whyAlone(row));
  const together = rows.filter((row) => !whyAlone(row));
  const ids = together.map((row) => row.id);
  const bulk = useBulk(ids);
  const names = useSignal(/** @type {Map<string, Row>} */ (new Map()));
  for (const row of rows) names.value.set(row.id, row);
  const phase = bulk.phase.value;
  const done = phase.name === "done" ? phase : null;
  const before = useRef(selection.ids.value);
  useEffect(() => {
    // Whoever selects further ones begins anew.
    if (done && selection.ids.value.some((id) => !before.current.includes(id))) bulk.phase.value = { name: "ready" };
    before.current = selection.ids.value;
  }, [selection.ids.value]);
  useKeys(done ? {} : { a: () => document.getElementById("approve")?.focus(), d: () => document.getElementById("deny")?.focus() });
  return html`
    <aside class="panel bulk" aria-label=${t("bulk.title")}>
      <div class="panel-what">
        <div class="row row-between"><h2>${done ? t("bulk.title") : t("bulk.selected", { n: rows.length || selection.ids.value.length })}</h2><${Button} kind="bare" size="small" keyHint="Esc" onClick=${selection.clear}>${t("bulk.clear")}<//></div>
        ${!done && html`<p class="quiet small">${t("bulk.organizations", { n: new Set(rows.map((row) => row.organization.id)).size })}, ${t("bulk.files", { n: new Set(rows.map((row) => row.subject.name)).size })}</p>`}
        ${!done && html`<${EverythingThatMatches} list=${list} selection=${selection} />`}
        ${done ? html`<${Results} bulk=${bulk} phase=${done} names=${names.value} />` : html`<${BulkChoices} bulk=${bulk} together=${together} alone=${alone} onOpen=${onOpen} />`}
        ${phase.name === "refused" && html`<${ProblemNote} problem=${phase.problem} takesFocus />`}
      </div>
      <${BulkFoot} bulk=${bulk} ids=${ids} onDone=${onDone} selection=${selection} />
    </aside>`;
}

/** Selecting all means what is shown. Everything that matches is a second press. @param {{ list: import("./list.js").List, selection: import("./selection.js").Selection }} props */
function EverythingThatMatches({ list, selection }) {
  const rows = list.rows.value ?? [];
  const more = list.cursor.value !== null && selection.all(rows).on;
  const matching = useMatching(list.query, more && rows.length < AT_ONCE);
  if (!more) return null;
  if (rows.length >= AT_ONCE) return html`<${Note} kind="info" icon="check">${t("bulk.first", { n: selection.ids.value.length })}<//>`;
  const select = async () => {
    await list.rest();
    selection.everything(list.rows.value ?? []);
  };
  return html`<p><button type="button" class="link" aria-disabled=${list.loading.value ? "true" : undefined} onClick=${select}>${matching === null ? t("bulk.everything", { n: AT_ONCE }) : t("bulk.all", { n: matching })}</button></p>`;
}

/** @param {{ bulk: Bulk, together: Row[], alone: Row[], onOpen: (id: string) => void }} props */
function BulkChoices({ bulk, together, alone, onOpen }) {
  const off = bulk.phase.value.name === "sending";
  const until = bulk.until.value;
  const scopes = [
    { value: "computer", title: t("bulk.own"), end: t("bulk.computers", { n: new Set(together.map((row) => row.computer.id)).size }) },
    { value: "group", title: t("bulk.group"), end: t("bulk.groups", { n: new Set(together.map((row) => row.group_id)).size }) },
  ];
  return html`
    <div class="decide">
      ${bulk.denying.value
        ? html`<${Message} bulk=${bulk} hint=${bulk.asksWords.value && t("bulk.messageNeeded")} />`
        : html`
          <${Options} legend=${t("decide.for")} options=${scopes} value=${bulk.scope.value} off=${off} onChange=${(/** @type {"computer" | "group"} */ scope) => { bulk.scope.value = scope; }} />
          <${Chips} legend=${t("decide.until")} value=${until ? valueOf(until) : OWN} options=${[{ value: OWN, label: t("bulk.ownEnd") }, ...chips({ hours: 720 }).filter(({ value }) => value !== "date")]} off=${off} onChange=${(/** @type {string} */ value) => { bulk.until.value = value === OWN ? null : untilOf(value); }} />
          ${until && mayBegin(until) && html`<${Later} load=${loadFirstUse} decision=${bulk} off=${off} />`}`}
      <${WhatWillHappen} bulk=${bulk} together=${together} />
      ${alone.map((row) => html`<${Note} key=${row.id} kind="warn">${rich(`bulk.alone.${whyAlone(row)}`, { name: html`<${Text} file text=${row.subject.name} />` })} <button type="button" class="link" onClick=${() => onOpen(row.id)}>${t("bulk.open")}</button><//>`)}
    </div>`;
}

/** By file: how many requests, and which of them the server would refuse. @param {{ bulk: Bulk, together: Row[] }} props */
function WhatWillHappen({ bulk, together }) {
  const refused = new Map((bulk.preview.value?.results ?? []).filter((one) => one.status >= 300 && !wantsWords(one)).map((one) => [one.request_id, one.problem]));
  /** @type {Map<string, Row[]>} */
  const files = new Map();
  for (const row of together.filter(({ id }) => !refused.has(id))) files.set(row.subject.name, [...(files.get(row.subject.name) ?? []), row]);
  return html`
    ${together.length > 0 && html`
      <div><h3 class="field-label">${t("bulk.happens")}</h3>
        <ul class="options">${[...files].map(([name, rows]) => html`<li key=${name} class="option bulk-file"><${Icon} name="check" small /><${FileName} name=${name} /><span class="option-end">${t("bulk.requests", { n: rows.length })}</span></li>`)}</ul>
      </div>`}
    ${together.filter(({ id }) => refused.has(id)).map((row) => html`<${Note} key=${row.id} kind="warn">${rich("bulk.refused", { name: html`<${Text} file text=${row.subject.name} />`, computer: computerName(row.computer) })} ${wordsOf(refused.get(row.id))}<//>`)}`;
}

/** @param {import("../../api.js").Schemas["Problem"] | null | undefined} problem */
const wordsOf = (problem) => (problem ? words(new Problem(problem.status, problem)) : "");

/** @param {{ bulk: Bulk, ids: string[], onDone: (ids: string[]) => void, selection: import("./selection.js").Selection }} props */
function BulkFoot({ bulk, ids, onDone, selection }) {
  const phase = bulk.phase.value;
  if (phase.name === "done") return html`<div class="decide-foot decide-panel"><${AfterAll} bulk=${bulk} phase=${phase} selection=${selection} onDone=${onDone} /></div>`;
  const totals = bulk.preview.value?.totals;
  const wordless = bulk.wordless();
  const n = wordless ? ids.length : totals?.decided ?? ids.length;
  const busy = phase.name === "sending";
  const waits = ids.length > 0 && !busy && bulk.waits();
  const off = whyOff(ids, wordless, waits);
  const name = (/** @type {"approve" | "deny"} */ step) => (waits ? t(`${step}.do`) : t(`bulk.${step}`, { n }));
  const words = totals && !wordless ? t(bulk.denying.value ? "bulk.denials" : "bulk.approvals", { n }) : null;
  const computers = bulk.denying.value ? null : totals?.computers;
  return html`
    <div class="decide-foot decide-panel">
      <div class=${words ? "gives" : "gives gives-waiting"}>
        <p><${Icon} name=${words ? "check" : "clock"} small /><span>${words ?? (bulk.problem.value ? t("gives.missing") : t("gives.looking"))} ${computers && n > 0 && t("bulk.reach", { n: computers.count, count: counted(computers) })} ${totals && totals.told > 0 && t("gives.tells", { n: totals.told })} ${totals && totals.settles > 0 && t("bulk.along", { n: totals.settles })}</span></p>
      </div>
      ${bulk.denying.value ? html`
        <div class="acts">
          <${Button} off=${busy} onClick=${() => { bulk.denying.value = false; }}>${t("deny.back")}<//>
          <${Button} id="deny" kind="danger" busy=${busy} off=${off} onClick=${() => bulk.send(ids, "denied", onDone)}>${name("deny")}<//>
        </div>` : html`
        <div class="acts">
          <${Button} id="deny" kind="deny" keyHint="D" off=${busy || off} onClick=${() => { bulk.denying.value = true; }}>${name("deny")}<//>
          <${Button} id="approve" kind="primary" keyHint="A" busy=${busy} off=${off} onClick=${() => bulk.send(ids, "approved", onDone)}>${name("approve")}<//>
        </div>`}
    </div>`;
}

/** Why nothing can be sent, in a sentence; null if it can. @param {string[]} ids @param {boolean} wordless @param {boolean} waits */
function whyOff(ids, wordless, waits) {
  if (lostSince.value !== null) return t("off.connection");
  if (ids.length === 0) return t("bulk.nothing");
  if (wordless) return t("off.message");
  return waits ? t("off.preview") : null;
}

/** @param {{ bulk: Bulk, hint?: any, takesFocus?: boolean }} props */
const Message = ({ bulk, hint, takesFocus = true }) => html`<${Field} label=${t("bulk.message")} name="message" rows=${3} maxlength="2000" hint=${hint} takesFocus=${takesFocus} value=${bulk.message.value} onInput=${(/** @type {string} */ text) => { bulk.message.value = text; }} />`;

/** @param {{ bulk: Bulk, phase: { outcome: string, results: import("./bulk-model.js").Result[] }, names: Map<string, Row> }} props */
function Results({ bulk, phase, names }) {
  const through = phase.results.filter(({ status }) => status < 300);
  const not = phase.results.filter(({ status }) => status >= 300);
  const name = (/** @type {string} */ id) => names.get(id)?.subject.name ?? id;
  const computer = (/** @type {string} */ id) => names.get(id)?.computer.name ?? names.get(id)?.computer.hostname ?? "";
  return html`
    <div class="stack" role="status">
      ${through.length > 0 && html`<${Note} kind=${phase.outcome === "approved" ? "good" : "info"} icon="check" title=${t(`bulk.done.${phase.outcome}`, { n: through.length })}>
        <ul class="bulk-names">${through.map((one) => html`<li key=${one.request_id}><a href=${`/requests/${one.request_id}`}><${Text} file text=${name(one.request_id)} /></a> <span class="quiet"><${Text} text=${computer(one.request_id)} /></span></li>`)}</ul><//>`}
      ${not.map((one) => html`<${Note} key=${one.request_id} kind="warn" title=${html`<${Text} file text=${name(one.request_id)} />`}>${wordsOf(one.problem)} <a href=${`/requests/${one.request_id}`}>${t("bulk.open")}</a><//>`)}
    </div>
    ${phase.outcome === "denied" && not.length > 0 && html`<div class="decide"><${Message} bulk=${bulk} takesFocus=${false} /></div>`}`;
}

/** @param {{ bulk: Bulk, phase: { outcome: "approved" | "denied", results: import("./bulk-model.js").Result[] }, selection: import("./selection.js").Selection, onDone: (ids: string[]) => void }} props */
function AfterAll({ bulk, phase, selection, onDone }) {
  const rest = phase.results.filter(({ status }) => status >= 300).map((one) => one.request_id);
  useEffect(() => document.getElementById("bulk-done")?.focus(), []);
  return html`
    <div class="acts">
      ${rest.length > 0 && html`<${Button} onClick=${() => bulk.send(rest, phase.outcome, onDone)}>${t("bulk.again", { n: rest.length })}<//>`}
      <${Button} id="bulk-done" kind="primary" onClick=${() => { bulk.phase.value = { name: "ready" }; selection.clear(); }}>${t("bulk.close")}<//>
    </div>`;
}
