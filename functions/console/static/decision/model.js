// Deciding one request: the choices, the preview of what they give, and what became of sending them. It decides nothing
// itself: what is allowed, what a choice reaches and who is told are the server's answers.

import { batch, computed, signal, useEffect, useMemo, useRef } from "../ui.js";
import { api, lostSince, newKey, Problem } from "../api.js";
import { defaultUntil, firstUseOf, momentOf } from "./until.js";

/** @typedef {import("../api.js").Schemas} Schemas */
/** @typedef {Schemas["RequestView"]} Request */
/** @typedef {Schemas["DecisionPreview"]} Preview */
/** @typedef {Schemas["DecisionScope"]} Scope */
/** @typedef {"approved" | "denied" | "ignored"} Outcome */
/**
 * @typedef {{ name: "ready" }
 *   | { name: "sending" | "unknown", outcome: Outcome }
 *   | { name: "done", outcome: Outcome, request: Request, preview: Preview | null }
 *   | { name: "stopped" }
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

/** To how many a message goes: at the computer everybody who asks sees it, the others get it by message. @param {Request} request @param {Decision} decision */
export function peopleOf(request, decision) {
  const asking = request.requesters.filter((one) => !one.withdrawn_at).length;
  return Math.max(decision.preview.value?.told.count ?? 0, asking);
}

/** How many computers an approval reaches, if that is known. @param {Preview | null} preview */
export function reachOf(preview) {
  return preview?.scopes.find(({ scope }) => scope === preview.scope)?.computers ?? null;
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
    ["copy", (before.attachment.state === "not_wanted") !== (after.attachment.state === "not_wanted")],
  ];
  const changed = found.filter(([, differs]) => differs).map(([aspect]) => aspect);
  return changed.length ? changed : ["subject"];
}

/** The state of deciding one request. */
export class Decision {
  /**
   * @param {Request} first @param {{ current: Request }} latest @param {{ current: () => Promise<void> }} reload
   * @param {{ current: (done: Request, settled: string[]) => void }} decided
   */
  constructor(first, latest, reload, decided) {
    this.id = first.id;
    this.latest = latest;
    this.reload = reload;
    this.decided = decided;
    this.scope = signal(firstScope(first));
    this.condition = signal(/** @type {"file" | "publisher"} */ ("file"));
    this.until = signal(defaultUntil(first));
    /** In days, where its time begins with the first use. */
    this.within = signal(/** @type {number | null} */ (null));
    this.message = signal("");
    /** Which only administrators see. */
    this.note = signal("");
    /** Whether a denial is also for the other computers that wait. */
    this.others = signal(false);
    /** Whether the reader has looked at a name that hides something. */
    this.looked = signal(false);
    this.denying = signal(false);
    /** Whether a denied or ignored request is being decided anew. */
    this.reopened = signal(false);
    this.phase = signal(/** @type {Phase} */ ({ name: "ready" }));
    /** Whether the preview is later than Approve waits for it. */
    this.late = signal(false);
    this.looks = signal(/** @type {{ of: string, data: Preview | null, problem: unknown }} */ ({ of: "", data: null, problem: null }));
    this.attempt = { of: "", body: /** @type {ReturnType<Decision["bodyOf"]> | null} */ (null), key: "" };
    /** Which call of `send` goes on trying. */
    this.run = 0;

    this.outcome = computed(() => /** @type {Outcome} */ (this.denying.value ? "denied" : "approved"));
    /** What the preview depends on. */
    this.choice = computed(() => JSON.stringify([this.outcome.value, this.scope.value, this.condition.value, this.until.value, this.within.value, this.others.value]));
    this.busy = computed(() => this.phase.value.name === "sending" || this.phase.value.name === "unknown");
    this.preview = computed(() => (this.looks.value.of === this.choice.value ? this.looks.value.data : null));
    this.previewProblem = computed(() => (this.looks.value.of === this.choice.value ? this.looks.value.problem : null));
  }

  /** @param {Outcome} chosen */
  bodyOf(chosen) {
    const approving = chosen === "approved";
    const firstUse = approving ? firstUseOf(this.until.value, this.within.value) : undefined;
    const { decision, status, seen_revision: seen } = this.latest.current;
    return {
      outcome: chosen,
      scope: approving ? this.scope.value : undefined,
      condition: approving ? this.condition.value : undefined,
      expires_at: approving && !firstUse ? momentOf(this.until.value) : undefined,
      first_use: firstUse,
      message: chosen === "ignored" ? undefined : this.message.value.trim() || undefined,
      note: this.note.value.trim() || undefined,
      include_matching: chosen === "denied" ? this.others.value : undefined,
      seen_revision: seen,
      replaces: decision && status !== "pending" ? decision.id : undefined,
    };
  }

  /** Asks the server what the present choice would do. @param {AbortSignal} stop */
  async look(stop) {
    const of = this.choice.value;
    this.late.value = false;
    const body = this.bodyOf(this.outcome.value);
    // What is denied needs its words only when it is sent.
    if (this.denying.value) body.message ??= "-";
    try {
      const data = /** @type {Preview} */ (await api.post("/v1/requests/{request_id}/decision", { params: { request_id: this.id }, query: { dry_run: true }, body, signal: stop }));
      if (!stop.aborted) this.looks.value = { of, data, problem: null };
    } catch (problem) {
      if (stop.aborted) return;
      this.looks.value = { of, data: null, problem };
      if (problem instanceof Problem && problem.code === "request-changed") await this.changed(problem);
    }
  }

  /** Sends it, again and again with one key while it is not known whether the server has it, until `stop` is called. @param {Outcome} chosen */
  async send(chosen) {
    if (this.busy.value) return;
    const fresh = this.bodyOf(chosen);
    const of = JSON.stringify({ ...fresh, expires_at: this.until.value, first_use: this.within.value });
    if (this.attempt.of !== of) this.attempt = { of, body: fresh, key: newKey() };
    const body = this.attempt.body ?? fresh;
    const preview = this.preview.value;
    this.run += 1;
    const run = this.run;
    this.phase.value = { name: "sending", outcome: chosen };
    for (;;) {
      try {
        const request = /** @type {Request} */ (await api.post("/v1/requests/{request_id}/decision", { params: { request_id: this.id }, body, key: this.attempt.key, timeLimit: PATIENCE }));
        batch(() => {
          this.reopened.value = false;
          this.phase.value = { name: "done", outcome: chosen, request, preview };
        });
        this.decided.current(request, preview?.settles.request_ids ?? []);
        return;
      } catch (problem) {
        if (run !== this.run) return;
        if (!(problem instanceof Problem) || !problem.unknownOutcome) return this.refused(problem, chosen);
        this.phase.value = { name: "unknown", outcome: chosen };
        await new Promise((done) => setTimeout(done, PAUSE));
        if (run !== this.run) return;
      }
    }
  }

  /** Sends nothing again. What is under way may still arrive: the same choice has the same key, and what became of it is read again. */
  stop() {
    if (!this.busy.value) return;
    this.run += 1;
    this.phase.value = { name: "stopped" };
    this.reload.current();
  }

  /** @param {unknown} problem @param {Outcome} chosen */
  async refused(problem, chosen) {
    this.attempt = { of: "", body: null, key: "" };
    const known = problem instanceof Problem ? problem : null;
    if (known?.code === "request-changed") return this.changed(known);
    if (known?.code === "already-decided" || known?.code === "not-pending") {
      await this.reload.current();
      this.phase.value = { name: "faster", decision: known.decision, outcome: chosen };
      return;
    }
    if (known?.status === 403) await this.reload.current();
    this.phase.value = { name: "refused", problem };
  }

  /** @param {Problem} problem */
  async changed(problem) {
    const before = this.latest.current;
    await this.reload.current();
    this.phase.value = { name: "changed", aspects: problem.changed, before };
  }

  /** Back from a denial to the choices. */
  back() {
    batch(() => {
      this.denying.value = false;
      this.phase.value = { name: "ready" };
    });
  }

  /** Decides a denied or ignored request anew. */
  reopen() {
    batch(() => {
      this.reopened.value = true;
      this.message.value = "";
      this.note.value = "";
      this.back();
    });
  }
}

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
  const decision = useMemo(() => new Decision(request, latest, reloads, decided), [request.id]);
  useNoticed(request, decision);
  // Who has left the page does not expect it to go on there.
  useEffect(() => () => { decision.run += 1; }, [decision]);
  const choice = decision.choice.value;
  const open = request.status === "pending" || decision.reopened.value;
  // What is being sent needs no preview any more.
  const sent = decision.busy.value || decision.phase.value.name === "done";
  const asks = open && !sent && request.actions.some(({ action, allowed }) => allowed && action !== "revoke") && lostSince.value === null;
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
