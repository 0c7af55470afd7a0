// Deciding many at once: one choice for all of them, a preview of each, and what became of each. Every one is on record by
// itself, and a refusal of one does not affect the others.

import { signal, useEffect, useMemo } from "../../ui.js";
import { api, newKey } from "../../api.js";
import { momentOf } from "../../decision/until.js";
import { deceives } from "../../components/text.js";

/** @typedef {import("./list.js").Row} Row */
/** @typedef {import("../../api.js").Schemas["BulkResult"]} Result */
/** @typedef {import("../../api.js").Schemas["TotalsPreview"]} Totals */
/** @typedef {"approved" | "denied"} Outcome */
/** @typedef {{ results: Result[], totals: { decided: number, settles: number, told: number } | null }} Answer */
/** @typedef {{ name: "ready" } | { name: "sending", outcome: Outcome } | { name: "done", outcome: Outcome, results: Result[] } | { name: "refused", problem: unknown }} Phase */

/** As many as one call takes. */
const MOST = 50;
const QUIET = 200;

/** Why a row has to be opened to be decided; null if it need not. @param {Row} row */
export function whyAlone(row) {
  if (row.status !== "pending") return "notPending";
  if (row.computer.unconfirmed) return "unconfirmed";
  return deceives(row.subject.name) ? "hidden" : null;
}

function makeBulk() {
  const scope = signal(/** @type {"computer" | "group"} */ ("computer"));
  const until = signal(/** @type {import("../../decision/until.js").Until} */ ({ hours: 720 }));
  const message = signal("");
  const denying = signal(false);
  const phase = signal(/** @type {Phase} */ ({ name: "ready" }));
  const preview = signal(/** @type {Answer | null} */ (null));
  const problem = signal(/** @type {unknown} */ (null));
  let attempt = { of: "", keys: /** @type {string[]} */ ([]) };

  /** @param {string[]} ids @param {Outcome} outcome @param {string} [words] */
  const decisions = (ids, outcome, words = message.value.trim()) => ids.map((id) => ({
    request_id: id,
    outcome,
    scope: outcome === "approved" ? scope.value : undefined,
    expires_at: outcome === "approved" ? momentOf(until.value) : undefined,
    message: words || undefined,
  }));

  /** @param {string[]} ids @param {Outcome} outcome @param {{ dry?: boolean, stop?: AbortSignal }} how @returns {Promise<Answer>} */
  async function post(ids, outcome, { dry = false, stop } = {}) {
    const words = dry && outcome === "denied" ? message.value.trim() || "-" : message.value.trim();
    const all = decisions(ids, outcome, words);
    const of = JSON.stringify([ids, outcome, scope.value, until.value, message.value]);
    if (!dry && attempt.of !== of) attempt = { of, keys: Array.from({ length: Math.ceil(ids.length / MOST) }, newKey) };
    /** @type {Result[]} */
    const results = [];
    const totals = { decided: 0, settles: 0, told: 0 };
    for (let at = 0; at < all.length; at += MOST) {
      const key = dry ? undefined : attempt.keys[at / MOST];
      const answer = await api.post("/v1/requests/decisions", { query: dry ? { dry_run: true } : {}, body: { decisions: all.slice(at, at + MOST) }, key, signal: stop });
      results.push(...answer.results);
      totals.decided += answer.totals?.decided ?? 0;
      totals.settles += answer.totals?.settles.count ?? 0;
      totals.told += answer.totals?.told.count ?? 0;
    }
    return { results, totals: dry ? totals : null };
  }

  /** @param {string[]} ids @param {AbortSignal} stop */
  async function look(ids, stop) {
    try {
      const answer = await post(ids, denying.value ? "denied" : "approved", { dry: true, stop });
      if (stop.aborted) return;
      preview.value = answer;
      problem.value = null;
    } catch (caught) {
      if (!stop.aborted) problem.value = caught;
    }
  }

  /** @param {string[]} ids @param {Outcome} outcome @param {(decided: string[]) => void} onDone */
  async function send(ids, outcome, onDone) {
    if (phase.value.name === "sending") return;
    phase.value = { name: "sending", outcome };
    try {
      const { results } = await post(ids, outcome);
      phase.value = { name: "done", outcome, results };
      onDone(results.filter(({ status }) => status < 300).map((one) => one.request_id));
    } catch (caught) {
      phase.value = { name: "refused", problem: caught };
    }
  }
  return { scope, until, message, denying, phase, preview, problem, look, send };
}

/** @typedef {ReturnType<typeof makeBulk>} Bulk */

/** @param {string[]} ids that can be decided together */
export function useBulk(ids) {
  const bulk = useMemo(makeBulk, []);
  const key = JSON.stringify([ids, bulk.scope.value, bulk.until.value, bulk.denying.value]);
  useEffect(() => {
    bulk.preview.value = null;
    if (!ids.length || bulk.phase.peek().name === "sending") return undefined;
    const stop = new AbortController();
    const start = setTimeout(() => bulk.look(ids, stop.signal), QUIET);
    return () => {
      stop.abort();
      clearTimeout(start);
    };
  }, [key]);
  return bulk;
}
