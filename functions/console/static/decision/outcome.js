// What was decided, in the place of the buttons: what was given, until when, when the computer had it, who was told; Revoke, and the
// next one.

import { html, useEffect } from "../ui.js";
import { rich, t } from "../i18n.js";
import { computerName } from "../format.js";
import { lostSince } from "../api.js";
import { list } from "../request/queue.js";
import { Button } from "../components/button.js";
import { Later, partOf } from "../components/later.js";
import { Note } from "../components/note.js";
import { useOpening } from "../components/opening.js";
import { obstacleWords } from "../components/problem.js";
import { Time } from "../components/time.js";
import { endWords } from "./ends.js";

const loadRevoke = partOf(() => import("./revoke.js"), "Revoke", "revoke");
const loadHeard = partOf(() => import("./heard.js"), "Heard", "heard");

/** @typedef {import("./model.js").Decision} Decision */
/** @typedef {import("./model.js").Request} Request */

/** @type {Record<string, { kind: "good" | "info" | "plain" | "bad", icon: string }>} */
const LOOK = {
  approved: { kind: "good", icon: "check" },
  denied: { kind: "info", icon: "close" },
  ignored: { kind: "plain", icon: "minus" },
  revoked: { kind: "bad", icon: "close" },
  expired: { kind: "plain", icon: "clock" },
  cancelled: { kind: "plain", icon: "clock" },
};

/** What stands of a request that is not pending. @param {{ request: Request, decision: Decision }} props */
export function Outcome({ request, decision }) {
  const phase = decision.phase.value;
  // Then it is said that somebody was faster.
  if (phase.name === "faster") return null;
  const because = request.reach?.because;
  const look = LOOK[because ? "expired" : request.status] ?? LOOK.expired;
  const told = phase.name === "done" ? phase.preview?.told : null;
  return html`
    <${Note} kind=${look.kind} icon=${look.icon} role=${phase.name === "done" ? "status" : undefined} title=${titleOf(request)}>
      ${because && html`<span>${t(`outcome.reach.${because}`)} </span>`}
      <${Details} request=${request} />
      ${request.decision && request.heard && html` <${Later} key=${`${request.decision.id} ${request.status}`} load=${loadHeard} request=${request} reload=${() => decision.reload.current()} /> `}
      ${told && html`<span>${told.count ? t("outcome.told", { n: told.count }) : t("outcome.nobodyTold")}</span>`}
    <//>`;
}

/** @param {Request} request */
function titleOf(request) {
  const decision = request.decision;
  if (!decision || request.status === "expired" || request.status === "cancelled") return endedTitle(request);
  const who = { name: decision.administrator.name, time: html`<${Time} at=${decision.at} />` };
  if (request.status === "revoked" && decision.revoked) return rich("outcome.revoked", { name: decision.revoked.administrator.name, time: html`<${Time} at=${decision.revoked.at} />` });
  if (decision.outcome !== "approved") return rich(`outcome.${decision.outcome}`, who);
  const place = { computer: computerName(request.computer), group: request.group.name, organization: request.organization.name }[decision.scope];
  return rich("outcome.approved", { place, until: endWords(decision) });
}

/** @param {Request} request */
function endedTitle(request) {
  if (request.ended) return t(`outcome.gone.${request.ended.because}`);
  const last = request.requesters.flatMap((one) => one.withdrawn_at ?? []).sort().at(-1);
  if (request.status === "cancelled") return last ? rich("outcome.cancelled", { time: html`<${Time} at=${last} />` }) : t("status.cancelled");
  return rich("outcome.expired", { day: html`<${Time} at=${request.expires_at} as="day" />` });
}

/** @param {{ request: Request }} props */
function Details({ request }) {
  const { decision } = request;
  if (!decision) return request.ended ? null : t("outcome.askAgain");
  const message = decision.revoked?.message ?? decision.message;
  return html`
    ${decision.outcome === "approved" && html`<span>${decision.rule ? rich("outcome.byRule", { rule: decision.rule.name }) : rich("outcome.by", { name: decision.administrator.name, time: html`<${Time} at=${decision.at} />` })} </span>`}
    ${decision.condition === "publisher" && html`<span>${t("outcome.publisher")} </span>`}
    ${message && html`<span class="said">${rich("text.quoted", { text: message })} </span>`}
    ${decision.note && html`<span>${rich("outcome.note", { note: decision.note })} </span>`}
    ${decision.settled_by && html`<a href=${`/requests/${decision.settled_by}`}>${t("outcome.settledBy")}</a>`}`;
}

/**
 * Revoke, Decide anew, and the next one.
 * @param {{ request: Request, decision: Decision, reload: () => Promise<void>, next: { href: string, left: number } | null, size?: "normal" | "large" }} props
 */
export function OutcomeButtons({ request, decision, reload, next, size = "large" }) {
  const revoking = useOpening();
  const revoke = request.actions.find(({ action }) => action === "revoke");
  const useful = request.status === "ignored" ? ["approve", "deny"] : ["approve"];
  const anew = request.actions.some(({ action, allowed }) => useful.includes(action) && allowed);
  const done = decision.phase.value.name === "done";
  const over = done || decision.phase.value.name === "faster";
  useEffect(() => {
    if (over) document.getElementById("next")?.focus();
  }, [over]);
  const off = lostSince.value !== null ? t("off.connection") : revoke && !revoke.allowed ? (revoke.obstacle ? obstacleWords(revoke) : t("off.revoke")) : null;
  return html`
    <div class="acts">
      ${revoke && html`<${Button} kind="deny" size=${size} off=${off} onClick=${() => { revoking.show(true); }}>${t("revoke.do")}<//>`}
      ${!revoke && anew && html`<${Button} size=${size} off=${lostSince.value !== null ? t("off.connection") : null} onClick=${() => decision.reopen()}>${t("outcome.anew")}<//>`}
      ${next && html`<a id="next" class=${`button button-primary button-${size}`} href=${next.href}>${t("outcome.next", { n: next.left })}</a>`}
      ${!next && html`<a id="next" class=${`button button-${done ? "primary" : "plain"} button-${size}`} href=${list.address}>${t("outcome.list")}</a>`}
    </div>
    ${revoking.what && html`<${Later} load=${loadRevoke} request=${request} onClose=${revoking.close} reload=${reload} />`}`;
}
