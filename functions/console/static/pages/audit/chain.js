// Checking the chain of the System Audit, the newest rows first, and what that says: its first page by itself once the audit was read, all
// of it at a press.

import { html, useEffect, useRef, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { announce } from "../../announce.js";
import { moment } from "../../format.js";
import { query, setQuery } from "../../router.js";
import { Button } from "../../components/button.js";
import { Copy } from "../../components/copy.js";
import { Facts } from "../../components/facts.js";
import { Field } from "../../components/field.js";
import { Fold } from "../../components/fold.js";
import { Note } from "../../components/note.js";
import { ProblemNote } from "../../components/problem.js";
import { Progress } from "../../components/progress.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";

/** @typedef {import("../../api.js").Schemas["VerificationView"]} Page */
/**
 * @typedef {object} Check what the pages so far have said
 * @property {number} sealed @property {number} holes @property {number} trimmed @property {number} unsealed
 * @property {Page["problems"]} problems @property {string} head @property {number} count
 * @property {Page["noted"]} noted @property {string | null} cursor @property {string} at
 */

const PAGE = 200;

/** @param {Check | null} so @param {Page} page @returns {Check} */
function joined(so, page) {
  return {
    sealed: (so?.sealed ?? 0) + page.sealed,
    holes: (so?.holes ?? 0) + page.holes,
    trimmed: (so?.trimmed ?? 0) + page.trimmed,
    unsealed: (so?.unsealed ?? 0) + page.unsealed,
    problems: [...(so?.problems ?? []), ...page.problems],
    head: so?.head ?? page.head,
    count: so?.count ?? page.count,
    noted: page.noted ?? so?.noted,
    cursor: page.next_cursor ?? null,
    at: new Date().toISOString(),
  };
}

/** How many rows were looked at. @param {Check} check */
const looked = ({ sealed, holes, trimmed, unsealed }) => sealed + holes + trimmed + unsealed;

/** @param {string} organization @param {boolean} ready whether its first page may be checked */
function useCheck(organization, ready) {
  const check = useSignal(/** @type {Check | null} */ (null));
  const running = useSignal(false);
  const problem = useSignal(/** @type {unknown} */ (null));
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  /** @param {{ rows: string, head: string }} noted @param {{ goesOn?: boolean, first?: boolean }} [how] `first`: no more than the first page */
  const run = async (noted, { goesOn = false, first = false } = {}) => {
    if (running.value) return;
    stop.current = new AbortController();
    const { signal } = stop.current;
    running.value = true;
    problem.value = null;
    if (!goesOn) check.value = null;
    const compared = noted.rows && noted.head ? { count: noted.rows, head: noted.head.trim() } : {};
    try {
      do {
        const cursor = check.value?.cursor ?? null;
        check.value = joined(check.value, await api.get("/v1/audit/system/verify", { query: { organization_id: organization, limit: PAGE, cursor, ...compared }, signal }));
      } while (check.value.cursor && !first && !signal.aborted);
      if (!first) announce(verdict(check.value), 0);
    } catch (caught) {
      if (!signal.aborted) problem.value = caught;
    } finally {
      running.value = false;
    }
  };
  useEffect(() => {
    if (ready && !check.value) run({ rows: "", head: "" }, { first: true });
  }, [ready]);
  return { check: check.value, running: running.value, problem: problem.value, run, stop: () => stop.current.abort() };
}

/** @param {Check | null} check */
function stateOf(check) {
  if (!check) return "unchecked";
  return check.problems.length ? "broken" : check.cursor ? "unfinished" : "unbroken";
}

/** What it says in a word, and of which moment. @param {Check | null} check */
const shortly = (check) => t(`chain.state.${stateOf(check)}`, check ? { n: looked(check), time: moment(check.at) } : {});

/** @param {Check} check */
function verdict(check) {
  const { count, problems, cursor } = check;
  if (problems.length) return t("chain.broken", { n: problems.length });
  if (cursor) return t("chain.newest", { n: looked(check) });
  return count ? t("chain.unbroken", { n: count }) : t("chain.empty");
}

/** @param {{ organization: string, names: Record<string, string>, ready: boolean }} props `ready`: whether the audit has been read, which needs the same right */
export function Chain({ organization, names, ready }) {
  const noted = useSignal({ rows: "", head: "" });
  const { check, running, problem, run, stop } = useCheck(organization, ready);
  const set = (/** @type {Partial<typeof noted.value>} */ part) => { noted.value = { ...noted.value, ...part }; };
  const open = query.value.get("chain") === "1";
  const toggled = (/** @type {boolean} */ isOpen) => { if (isOpen !== open) setQuery({ chain: isOpen ? "1" : null }, { replace: true }); };
  return html`
    <div class="card audit-chain">
      <${Fold} icon="link" title=${t("chain.title")} end=${shortly(check)} open=${open} onToggle=${toggled}>
        <div class="stack">
          <p class="quiet">${t("chain.words")}</p>
          <div class="row row-wrap">${running
            ? html`<${Button} onClick=${stop}>${t("chain.stop")}<//>`
            : html`<${Button} onClick=${() => run(noted.value)}>${t(check ? "chain.again" : "chain.check")}<//>${check?.cursor && html`<${Button} onClick=${() => run(noted.value, { goesOn: true })}>${t("chain.goOn")}<//>`}`}</div>
          ${running && html`<div><${Progress} value=${check ? looked(check) : 0} max=${check?.count ?? 1} label=${t("chain.check")} />${check && html`<p class="quiet small">${t("chain.progress", { done: looked(check), count: check.count })}</p>`}</div>`}
          ${problem !== null && html`<${ProblemNote} problem=${problem} names=${names} />`}
          ${check && html`<${Result} check=${check} running=${running} />`}
          <fieldset class="options-set"><legend class="field-label">${t("chain.noted")}</legend>
            <div class="fields-two">
              <${Field} label=${t("chain.notedRows")} name="rows" type="number" min="1" inputmode="numeric" value=${noted.value.rows} onInput=${(/** @type {string} */ rows) => set({ rows })} />
              <${Field} label=${t("chain.notedHead")} name="head" maxlength="200" autocomplete="off" spellcheck=${false} value=${noted.value.head} onInput=${(/** @type {string} */ head) => set({ head })} />
            </div>
          </fieldset>
        </div>
      <//>
    </div>`;
}

/** @param {{ check: Check, running: boolean }} props */
function Result({ check, running }) {
  const { problems, head, count, noted } = check;
  return html`
    ${(!running || problems.length > 0) && html`<${Note} kind=${problems.length ? "bad" : check.cursor ? "plain" : "good"} title=${verdict(check)}>${problems.length > 0 && html`
      <ul>${problems.map(({ number, what }, nth) => html`<li key=${nth}>${number === null || number === undefined ? html`<${Text} text=${what} />` : t("chain.row", { number, what })}</li>`)}</ul>`}<//>`}
    ${noted && html`<${Note} kind=${noted === "matches" ? "good" : noted === "differs" ? "bad" : "plain"}>${t(`chain.noted.${noted}`)}<//>`}
    <${Facts} facts=${[
      { name: t("chain.checkedAt"), value: html`<${Time} at=${check.at} as="moment" />` },
      { name: t("chain.rows"), value: t("chain.progress", { done: looked(check), count }) },
      { name: t("chain.head"), value: head && html`<div class="row row-between"><code class="chain-head">${head}</code><${Copy} text=${head} label=${t("chain.copyHead")} alone /></div><p class="hint">${t("chain.headHint")}</p>` },
      check.holes > 0 && { name: t("chain.holes"), value: String(check.holes) },
      check.trimmed > 0 && { name: t("chain.trimmed"), value: String(check.trimmed) },
      check.unsealed > 0 && { name: t("chain.unsealed"), value: html`${String(check.unsealed)}<p class="hint">${t("chain.unsealedHint")}</p>` },
    ]} />`;
}
