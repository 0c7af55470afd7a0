// Deciding one request: the choices, the preview of what they give, and what became of sending them. It decides nothing
// itself: what is allowed, what a choice reaches and who is told are the server's answers.

import { batch, computed, signal, useEffect, useMemo, useRef } from "../ui.js";
import { api, lostSince, newKey, Problem } from "../api.js";
import { defaultUntil, momentOf } from "./until.js";

/** @typedef {import("../api.js").Schemas} Schemas */
/** @typedef {Schemas["RequestView"]} Request */
/** @typedef {Schemas["DecisionPreview"]} Preview */
/** @typedef {Schemas["DecisionScope"]} Scope */
/** @typedef {"approved" | "denied" | "ignored"} Outcome */
/**
 * @typedef {{ name: "ready" }
 *   | { name: "sending" | "unknown", outcome: Outcome }
 *   | { name: "done", outcome: Outcome, request: Request, preview: Preview | null }
 *   | { name: "refused", problem: unknown }
 *   | { name: "faster", decision: Schemas["EarlierDecision"] | null, outcome: Outcome }
 *   | { name: "changed", aspects: Schemas["Aspect"][], before: Request }} Phase
 */

const PATIENCE = 10_000;
const PAUSE = 3000;
const QUIET = 150;
/** How long Approve waits for the preview of a new choice. */
export const WAITS = 2000;

const ACTION = { approved: "approve", denied: "deny", ignored: "ignore" };

/** The server's answer for an action at a scope. @param {Request} request @param {Outcome} outcome @param {Scope} scope */
export function answerFor(request, outcome, scope) {
  const named = request.actions.filter(({ action }) => action === ACTION[outcome]);
  return named.find((one) => !one.scope || one.scope === scope) ?? named[0] ?? null;
}

/** The scope that is chosen first: the organization's, narrowed to what the reader may. @param {Request} request @returns {Scope} */
function firstScope(request) {
  const wanted = request.defaults?.scope ?? "computer";
  if (answerFor(request, "approved", wanted)?.allowed) return wanted;
  const allowed = request.actions.find(({ action, allowed: may }) => action === "approve" && may);
  return allowed?.scope ?? wanted;
}

/** What differs between two states of a request. @param {Request} before @param {Request} after @returns {Schemas["Aspect"][]} */
function differences(before, after) {
  const asked = (/** @type {Request} */ { requesters }) => JSON.stringify(requesters.map((one) => [one.username, one.reason, one.withdrawn_at]));
  /** @type {[Schemas["Aspect"], boolean][]} */
  const found = [
    ["group", before.group.id !== after.group.id],
    ["unconfirmed", before.computer.unconfirmed !== after.computer.unconfirmed],
    ["requesters", asked(before) !== asked(after)],
  ];
  const changed = found.filter(([, differs]) => differs).map(([aspect]) => aspect);
  return changed.length ? changed : ["subject"];
}

/** @param {Request} first @param {{ current: Request }} latest @param {{ current: () => Promise<void> }} reload @param {{ current: (done: Request, settled: string[]) => void }} decided */
function makeDecision(first, latest, reload, decided) {
  const scope = signal(firstScope(first));
  const condition = signal(/** @type {"file" | "publisher"} */ ("file"));
  const until = signal(defaultUntil(first));
  const message = signal("");
  const others = signal(false);
  const looked = signal(false);
  const denying = signal(false);
  const phase = signal(/** @type {Phase} */ ({ name: "ready" }));
  const preview = signal(/** @type {{ of: string, data: Preview | null, problem: unknown }} */ ({ of: "", data: null, problem: null }));
  const late = signal(false);
  const reopened = signal(false);
  const outcome = computed(() => /** @type {Outcome} */ (denying.value ? "denied" : "approved"));
  let attempt = { body: "", key: "" };

  /** @param {Outcome} chosen */
  function bodyOf(chosen) {
    const approving = chosen === "approved";
    const earlier = latest.current.decision;
    return {
      outcome: chosen,
      scope: approving ? scope.value : undefined,
      condition: approving ? condition.value : undefined,
      expires_at: approving ? momentOf(until.value) : undefined,
      message: chosen === "ignored" ? undefined : message.value.trim() || undefined,
      include_matching: chosen === "denied" ? others.value : undefined,
      seen_revision: latest.current.seen_revision,
      replaces: earlier && latest.current.status !== "pending" ? earlier.id : undefined,
    };
  }

  /** What the preview depends on. */
  const choice = computed(() => JSON.stringify([outcome.value, scope.value, condition.value, until.value, others.value]));

  /** @param {AbortSignal} stop */
  async function look(stop) {
    const of = choice.value;
    late.value = false;
    // What is denied needs its words only when it is sent.
    const body = { ...bodyOf(outcome.value), message: message.value.trim() || (denying.value ? "-" : undefined) };
    try {
      const data = /** @type {Preview} */ (await api.post("/v1/requests/{request_id}/decision", { params: { request_id: first.id }, query: { dry_run: true }, body, signal: stop }));
      if (!stop.aborted) preview.value = { of, data, problem: null };
    } catch (problem) {
      if (stop.aborted) return;
      preview.value = { of, data: null, problem };
      if (problem instanceof Problem && problem.code === "request-changed") await changed(problem);
    }
  }

  /** @param {Problem} problem */
  async function changed(problem) {
    const before = latest.current;
    await reload.current();
    phase.value = { name: "changed", aspects: problem.changed, before };
  }

  /** Sends it, again and again with one key while it is not known whether the server has it. @param {Outcome} chosen */
  async function send(chosen) {
    if (phase.value.name === "sending" || phase.value.name === "unknown") return;
    const body = bodyOf(chosen);
    const same = JSON.stringify({ ...body, expires_at: until.value });
    if (attempt.body !== same) attempt = { body: same, key: newKey() };
    const told = preview.value.data;
    phase.value = { name: "sending", outcome: chosen };
    for (;;) {
      try {
        const request = /** @type {Request} */ (await api.post("/v1/requests/{request_id}/decision", { params: { request_id: first.id }, body, key: attempt.key, timeLimit: PATIENCE }));
        batch(() => {
          reopened.value = false;
          phase.value = { name: "done", outcome: chosen, request, preview: told };
        });
        decided.current(request, told?.settles.request_ids ?? []);
        return;
      } catch (problem) {
        if (!(problem instanceof Problem) || !problem.unknownOutcome) return refused(problem, chosen);
        phase.value = { name: "unknown", outcome: chosen };
        await new Promise((done) => setTimeout(done, PAUSE));
      }
    }
  }

  /** @param {unknown} problem @param {Outcome} chosen */
  async function refused(problem, chosen) {
    attempt = { body: "", key: "" };
    const code = problem instanceof Problem ? problem.code : "";
    if (problem instanceof Problem && code === "request-changed") return changed(problem);
    if (code === "already-decided" || code === "not-pending") {
      await reload.current();
      phase.value = { name: "faster", decision: problem instanceof Problem ? problem.decision : null, outcome: chosen };
      return;
    }
    if (problem instanceof Problem && problem.status === 403) await reload.current();
    phase.value = { name: "refused", problem };
  }

  /** Back to the choices, for a decision made anew or a denial taken back. */
  const anew = () => batch(() => {
    denying.value = false;
    phase.value = { name: "ready" };
  });

  /** Decides a denied or ignored request anew. */
  const reopen = () => batch(() => {
    reopened.value = true;
    denying.value = false;
    message.value = "";
    phase.value = { name: "ready" };
  });

  const busy = computed(() => phase.value.name === "sending" || phase.value.name === "unknown");
  const shown = computed(() => (preview.value.of === choice.value ? preview.value.data : null));
  return { scope, condition, until, message, others, looked, denying, phase, preview: shown, previewProblem: computed(() => preview.value.problem), late, outcome, choice, busy, reopened, look, send, anew, reopen };
}

/** @typedef {ReturnType<typeof makeDecision>} Decision */

/** Says what has changed under the reader's eyes, before they decide on what they no longer see. @param {Request} request @param {Decision} decision */
function useNoticed(request, decision) {
  const seen = useRef(request);
  useEffect(() => {
    const before = seen.current;
    seen.current = request;
    const same = before.id === request.id && before.seen_revision !== request.seen_revision;
    if (same && request.status === "pending" && decision.phase.peek().name === "ready") {
      decision.phase.value = { name: "changed", aspects: differences(before, request), before };
    }
  }, [request]);
}

/**
 * @param {Request} request
 * @param {{ reload: () => Promise<void>, onDecided: (done: Request, settled: string[]) => void }} after
 * @returns {Decision}
 */
export function useDecision(request, { reload, onDecided }) {
  const latest = useRef(request);
  latest.current = request;
  const reloads = useRef(reload);
  reloads.current = reload;
  const decided = useRef(onDecided);
  decided.current = onDecided;
  const decision = useMemo(() => makeDecision(request, latest, reloads, decided), [request.id]);
  useNoticed(request, decision);
  const choice = decision.choice.value;
  const open = request.status === "pending" || decision.reopened.value;
  const asks = open && request.actions.some(({ action, allowed }) => allowed && action !== "revoke") && lostSince.value === null;
  useEffect(() => {
    if (!asks) return undefined;
    const stop = new AbortController();
    const start = setTimeout(() => decision.look(stop.signal), QUIET);
    const wait = setTimeout(() => { decision.late.value = true; }, WAITS);
    return () => {
      stop.abort();
      clearTimeout(start);
      clearTimeout(wait);
    };
  }, [decision, choice, request.seen_revision, asks]);
  return decision;
}
