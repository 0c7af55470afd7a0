// Deny and Approve, always in the same place. The one that was pressed says "Sending…" there, and its answer replaces both.

import { html, useEffect, useRef } from "../ui.js";
import { t } from "../i18n.js";
import { Problem, lostSince } from "../api.js";
import { counted } from "../format.js";
import { faultWords, obstacleWords, words } from "../components/problem.js";
import { Button } from "../components/button.js";
import { deceives } from "../components/text.js";
import { permissionTitle } from "../session.js";
import { answerFor, peopleOf, reachOf } from "./model.js";

/** @typedef {import("./model.js").Decision} Decision */
/** @typedef {import("./model.js").Request} Request */

/** Whether something in the request's name hides or looks alike, so that it has to be looked at first. @param {Request} request */
export const mustLook = (request) => deceives(request.subject.name);

/** Why a button is disabled, in a sentence; null if it is not. @param {Request} request @param {Decision} decision @param {import("./model.js").Outcome} outcome */
export function whyOff(request, decision, outcome) {
  if (lostSince.value !== null) return t("off.connection");
  const answer = answerFor(request, outcome, decision.scope.value);
  if (!answer) return t("off.notNow");
  if (answer.obstacle) return obstacleWords(answer);
  if (!answer.allowed) return t("off.missing", { permission: (answer.missing?.[0] ?? []).map(({ permission }) => permissionTitle(permission)).join(", ") });
  if (outcome === "approved" && mustLook(request) && !decision.looked.value) return t("off.look");
  const needsMessage = request.defaults?.denial_needs_message && !decision.message.value.trim();
  if (outcome === "denied" && decision.denying.value && needsMessage) return t("off.message");
  return null;
}

/** Ignoring, which has no button of its own: why it cannot be done, if so, and doing it; null where it is no step at all. @param {Request} request @param {Decision} decision */
export function ignoring(request, decision) {
  if (request.status !== "pending" || !answerFor(request, "ignored", decision.scope.value)) return null;
  return { off: whyOff(request, decision, "ignored"), send: () => decision.send("ignored") };
}

/** Why the server would refuse the present choice, in a sentence; null if it would not, or nobody knows. @param {Decision} decision */
export function refusedWords(decision) {
  const problem = decision.previewProblem.value;
  if (!(problem instanceof Problem) || ![409, 422].includes(problem.status) || problem.code === "request-changed") return null;
  return problem.errors.length ? problem.errors.map(faultWords).join(" ") : words(problem);
}

/** @param {{ request: Request, decision: Decision, size?: "normal" | "large", keys?: boolean }} props `keys`: show which key leads there */
export function Buttons({ request, decision, size = "large", keys }) {
  useFocusKept(decision);
  // The reader has no permission for anything.
  if (!request.actions.some(({ allowed, obstacle }) => allowed || obstacle)) return null;
  if (decision.denying.value) return html`<${DenyButtons} request=${request} decision=${decision} size=${size} />`;
  const phase = decision.phase.value;
  const busy = decision.busy.value;
  const approving = busy && "outcome" in phase && phase.outcome === "approved";
  const waits = !decision.preview.value && !decision.previewProblem.value && !decision.late.value;
  const off = busy ? true : whyOff(request, decision, "approved") ?? refusedWords(decision) ?? (waits ? t("off.preview") : null);
  const reach = reachOf(decision.preview.value);
  const label = reach && reach.count > 1 && decision.scope.value !== "computer" ? t("approve.for", { count: counted(reach) }) : t("approve.do");
  return html`
    <div class="acts">
      <${Button} kind="deny" size=${size} keyHint=${keys ? "D" : undefined} id="deny" off=${busy ? true : whyOff(request, decision, "denied")} onClick=${() => { decision.denying.value = true; }}>${t("deny.do")}<//>
      <${Button} kind="primary" size=${size} keyHint=${keys ? "A" : undefined} id="approve" busy=${approving} off=${off} onClick=${() => decision.send("approved")}>${label}<//>
    </div>`;
}

/** What was pressed is gone after going back from a denial, and after deciding anew: its successor has the focus. @param {Decision} decision */
function useFocusKept(decision) {
  const denying = decision.denying.value;
  const pressed = useRef(decision.reopened.peek() ? "approve" : "");
  useEffect(() => {
    if (!denying && pressed.current) document.getElementById(pressed.current)?.focus();
    pressed.current = denying ? "deny" : "";
  }, [denying]);
}

/** A denial opens its message first; Back takes nothing with it. @param {{ request: Request, decision: Decision, size: "normal" | "large" }} props */
function DenyButtons({ request, decision, size }) {
  const busy = decision.busy.value;
  const n = peopleOf(request, decision);
  return html`
    <div class="acts">
      <${Button} size=${size} off=${busy} onClick=${() => decision.back()}>${t("deny.back")}<//>
      <${Button} kind="danger" size=${size} id="deny" busy=${busy} off=${whyOff(request, decision, "denied") ?? refusedWords(decision)} onClick=${() => decision.send("denied")}>${t("deny.tell", { n })}<//>
    </div>`;
}
