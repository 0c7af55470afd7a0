// Deciding many at once: one choice for all of them, a preview of each, and what became of each. Every one is on record by
// itself, and a refusal of one does not affect the others.

import { batch, signal, useEffect, useMemo } from "../../ui.js";
import { api, newKey } from "../../api.js";
import { loadTranslations } from "../../i18n.js";
import { WAITS } from "../../decision/model.js";
import { firstUseOf, momentOf } from "../../decision/until.js";
import { deceives } from "../../components/text.js";

/** @typedef {import("./list.js").Row} Row */
/** @typedef {import("../../api.js").Schemas["BulkResult"]} Result */
/** @typedef {import("../../api.js").Schemas["TotalsPreview"]} Totals */
/** @typedef {"approved" | "denied"} Outcome */
/** @typedef {{ expires_at?: string | null, first_use?: import("../../api.js").Schemas["NewFirstUse"] }} Times */
/** @typedef {{ results: Result[], totals: { decided: number, settles: number, told: number, computers: { count: number, complete: boolean } } | null }} Answer */
/** @typedef {{ name: "ready" } | { name: "sending", outcome: Outcome } | { name: "done", outcome: Outcome, results: Result[] } | { name: "refused", problem: unknown }} Phase */

/** As many as one call takes. */
const MOST = 50;
const QUIET = 200;

/** Why a row has to be opened to be decided; null if it need not. @param {Row} row */
export function whyAlone(row) {
  if (row.status !== "pending") return "notPending";
  if (row.computer.cloned) return "cloned";
  if (row.computer.unconfirmed) return "unconfirmed";
  return deceives(row.subject.name) ? "hidden" : null;
}

/** Whether a denial was refused because it says nothing. @param {Result} result */
export const wantsWords = ({ problem }) => problem?.errors?.some(({ pointer }) => pointer === "/message") ?? false;

export class Bulk {
  scope = signal(/** @type {"computer" | "group"} */ ("computer"));
  /** Null: as each organization has it. */
  until = signal(/** @type {import("../../decision/until.js").Until | null} */ (null));
  /** Within how many days it is used first, where its time begins then; null: it begins now. */
  within = signal(/** @type {number | null} */ (null));
  message = signal("");
  denying = signal(false);
  /** Whether some organization asks for a word with each denial. */
  asksWords = signal(false);
  phase = signal(/** @type {Phase} */ ({ name: "ready" }));
  preview = signal(/** @type {Answer | null} */ (null));
  problem = signal(/** @type {unknown} */ (null));
  /** Whether the preview is later than the buttons wait for it. */
  late = signal(false);
  /** What is sent again under the same keys must be the same, its end included. */
  attempt = { of: "", keys: /** @type {string[]} */ ([]), times: /** @type {Times} */ ({}) };

  /** When they end, as a decision names it. @returns {Times} */
  times() {
    const until = this.until.value;
    if (!until) return {};
    const first = firstUseOf(until, this.within.value);
    return first ? { first_use: first } : { expires_at: momentOf(until) };
  }

  /** @param {string[]} ids @param {Outcome} outcome @param {string} words @param {Times} times */
  decisions(ids, outcome, words, times) {
    const approving = outcome === "approved";
    return ids.map((id) => ({
      request_id: id,
      outcome,
      scope: approving ? this.scope.value : undefined,
      ...(approving && times),
      message: words || undefined,
    }));
  }

  /** @param {string[]} ids @param {Outcome} outcome @param {{ dry?: boolean, stop?: AbortSignal }} [how] @returns {Promise<Answer>} */
  async post(ids, outcome, { dry = false, stop } = {}) {
    const words = this.message.value.trim();
    const times = this.times();
    const of = JSON.stringify([ids, outcome, this.scope.value, this.until.value, this.within.value, this.message.value]);
    if (!dry && this.attempt.of !== of) {
      this.attempt = { of, keys: Array.from({ length: Math.ceil(ids.length / MOST) }, newKey), times };
    }
    const all = this.decisions(ids, outcome, words, dry ? times : this.attempt.times);
    /** @type {Result[]} */
    const results = [];
    // The same computer may be among those of several calls: of all together it is known that there are at least as many as of one.
    const totals = { decided: 0, settles: 0, told: 0, computers: { count: 0, complete: all.length <= MOST } };
    for (let at = 0; at < all.length; at += MOST) {
      const key = dry ? undefined : this.attempt.keys[at / MOST];
      const answer = await api.post("/v1/requests/decisions", { query: dry ? { dry_run: true } : {}, body: { decisions: all.slice(at, at + MOST) }, key, signal: stop });
      results.push(...answer.results);
      totals.decided += answer.totals?.decided ?? 0;
      totals.settles += answer.totals?.settles.count ?? 0;
      totals.told += answer.totals?.told.count ?? 0;
      const { count, complete } = answer.totals?.computers ?? { count: 0, complete: true };
      totals.computers = { count: Math.max(totals.computers.count, count), complete: totals.computers.complete && complete };
    }
    if (results.some(({ problem }) => problem)) await loadTranslations("problems");
    return { results, totals: dry ? totals : null };
  }

  /** @param {string[]} ids @param {AbortSignal} stop */
  async look(ids, stop) {
    try {
      const answer = await this.post(ids, this.denying.value ? "denied" : "approved", { dry: true, stop });
      if (stop.aborted) return;
      if (this.denying.value && !this.message.value.trim()) this.asksWords.value = answer.results.some(wantsWords);
      this.preview.value = answer;
      this.problem.value = null;
    } catch (caught) {
      if (!stop.aborted) this.problem.value = caught;
    }
  }

  /** @param {string[]} ids @param {Outcome} outcome @param {(decided: string[]) => void} onDone */
  async send(ids, outcome, onDone) {
    const before = this.phase.value;
    if (before.name === "sending") return;
    const earlier = before.name === "done" ? before.results.filter((one) => !ids.includes(one.request_id)) : [];
    this.phase.value = { name: "sending", outcome };
    try {
      const { results } = await this.post(ids, outcome);
      this.phase.value = { name: "done", outcome, results: [...earlier, ...results] };
      onDone(results.filter(({ status }) => status < 300).map((one) => one.request_id));
    } catch (caught) {
      this.phase.value = { name: "refused", problem: caught };
    }
  }

  /** Whether it is not known yet how many will really be decided. */
  waits() {
    return !this.preview.value && !this.problem.value && !this.late.value;
  }

  /** Whether an organization asks for a word with each denial, and it is not written yet. */
  wordless() {
    return this.denying.value && !this.message.value.trim() && this.asksWords.value;
  }
}

/** @param {string[]} ids that can be decided together */
export function useBulk(ids) {
  const bulk = useMemo(() => new Bulk(), []);
  const key = JSON.stringify([ids, bulk.scope.value, bulk.until.value, bulk.within.value, bulk.denying.value, Boolean(bulk.message.value.trim())]);
  useEffect(() => {
    const sending = bulk.phase.peek().name === "sending";
    batch(() => {
      bulk.preview.value = null;
      bulk.problem.value = null;
      bulk.late.value = sending;
    });
    if (!ids.length || sending) return undefined;
    const stop = new AbortController();
    const start = setTimeout(() => bulk.look(ids, stop.signal), QUIET);
    const wait = setTimeout(() => { bulk.late.value = true; }, WAITS);
    return () => {
      stop.abort();
      clearTimeout(start);
      clearTimeout(wait);
    };
  }, [key]);
  return bulk;
}
