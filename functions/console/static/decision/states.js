// What is said above the buttons: that somebody was faster, that something changed, that there is no connection, and what must
// be looked at before approving.

import { html } from "../ui.js";
import { rich, t } from "../i18n.js";
import { lostSince } from "../api.js";
import { hour } from "../format.js";
import { leadsSomewhere } from "../router.js";
import { Later, partOf } from "../components/later.js";
import { Check } from "../components/check.js";
import { Note } from "../components/note.js";
import { ProblemNote } from "../components/problem.js";
import { Pieces, nameIn } from "../components/text.js";
import { Time } from "../components/time.js";
import { mustLook } from "./buttons.js";
import { answerFor } from "./model.js";

const loadFlagNote = partOf(() => import("./flag-note.js"), "FlagNote", "request-actions");
const loadOutOfReach = partOf(() => import("./out-of-reach.js"), "OutOfReach");

/** @typedef {import("./model.js").Decision} Decision */
/** @typedef {import("./model.js").Request} Request */

/** @param {{ request: Request, decision: Decision }} props */
export function StateNotes({ request, decision }) {
  const phase = decision.phase.value;
  return html`
    ${lostSince.value !== null && phase.name !== "unknown" && html`<${Note} kind="warn" icon="offline" title=${t("state.lost", { clock: hour(lostSince.value) })}>${t("state.lostWords")}<//>`}
    ${phase.name === "unknown" && html`<${Note} kind="warn" icon="again" role="status" title=${t("state.unknown")}>${t("state.unknownWords")} <button type="button" class="link" onClick=${() => decision.stop()}>${t("state.stop")}</button><//>`}
    ${phase.name === "stopped" && (request.status === "pending" || decision.reopened.value) && html`<${Note} kind="warn" role="alert" title=${t("state.unknown")}>${t("state.stopped")}<//>`}
    ${phase.name === "changed" && html`<${Changed} request=${request} phase=${phase} />`}
    ${phase.name === "faster" && html`<${Faster} request=${request} phase=${phase} />`}
    ${phase.name === "refused" && html`<${ProblemNote} problem=${phase.problem} names=${{ [request.organization.id]: request.organization.name }} takesFocus />`}
    ${request.computer.unconfirmed && html`<${Unconfirmed} request=${request} />`}
    ${mayBeFlagged(request) && html`<${Later} load=${loadFlagNote} request=${request} reload=${() => decision.reload.current()} />`}
    ${!decision.denying.value && html`<${NothingAllowed} request=${request} decision=${decision} />`}
    ${mustLook(request) && request.status === "pending" && html`<${Hidden} request=${request} decision=${decision} />`}`;
}

/** An obstacle to approving at every scope may be a flag: the server tells then. @param {Request} request */
function mayBeFlagged(request) {
  const approvals = request.actions.filter(({ action }) => action === "approve");
  return request.kind !== "storage" && approvals.length > 0 && approvals.every(({ obstacle }) => obstacle);
}

/** @param {{ request: Request, phase: { aspects: string[], before: Request } }} props */
function Changed({ request, phase }) {
  const moved = phase.aspects.includes("group");
  const title = moved
    ? rich("state.moved", { computer: request.computer.hostname, group: request.group.name })
    : t(`state.changed.${phase.aspects[0] ?? "subject"}`);
  return html`<${Note} kind="warn" role="alert" title=${title}>${moved && html`${rich("state.movedWords", { group: request.group.name, before: phase.before.group.name })} `}${t("state.nothingDecided")}<//>`;
}

/** @param {{ request: Request, phase: { decision: import("../api.js").Schemas["EarlierDecision"] | null, outcome: string } }} props */
function Faster({ request, phase }) {
  const first = request.decision ?? phase.decision;
  const title = first
    ? rich(`state.faster.${first.outcome}`, { name: first.administrator?.name ?? t("person.managing"), time: html`<${Time} at=${first.at} />` })
    : t(`state.ended.${request.status}`);
  const message = request.decision?.message;
  return html`<${Note} kind="info" role="alert" title=${title}>${message && html`<span class="said">${rich("text.quoted", { text: message })}</span> `}${t(`state.notSent.${phase.outcome}`)}<//>`;
}

/** @param {{ request: Request }} props */
function Unconfirmed({ request }) {
  const page = `/computers/${request.computer.id}?organization=${request.organization.id}`;
  return html`
    <${Note} kind="warn" title=${rich("state.twin", { computer: request.computer.hostname })}>${t("state.twinWords")}
      ${leadsSomewhere("/computers/x") && html` <a href=${page}>${t("state.compare")}</a>`}<//>`;
}

/** Nothing may be approved by the reader: what it would need, and who has it. @param {{ request: Request, decision: Decision }} props */
function NothingAllowed({ request, decision }) {
  const approvals = request.actions.filter(({ action }) => action === "approve");
  const answer = answerFor(request, "approved", decision.scope.value);
  if (!approvals.length || approvals.some(({ allowed }) => allowed) || !answer || answer.obstacle) return null;
  return html`<${Note} kind="plain" title=${t("state.mayNot")}><${Later} load=${loadOutOfReach} request=${request} answer=${answer} scope=${decision.scope.value} /><//>`;
}

/** @param {{ request: Request, decision: Decision }} props */
function Hidden({ request, decision }) {
  const { name } = request.subject;
  const pieces = nameIn(name);
  const alike = pieces.every((piece) => !piece.hidden || piece.alike);
  const { seen, real } = endings(name);
  const title = alike ? t("hidden.alike") : seen === real ? t("hidden.hidden") : t("hidden.ending", { seen, real });
  return html`
    <${Note} kind="bad" title=${title}><div class="mono"><bdi dir="ltr"><${Pieces} pieces=${pieces} /></bdi></div><//>
    <${Check} checked=${decision.looked.value} onChange=${(/** @type {boolean} */ on) => { decision.looked.value = on; }}>${t("hidden.looked")}<//>`;
}

/** The ending of a name as it is, and as it would look where marks that turn the direction count. @param {string} name */
export function endings(name) {
  const pieces = nameIn(name);
  const letters = pieces.map((piece) => (piece.hidden ? piece.alike ?? "" : piece.text)).join("");
  const turned = pieces.findIndex((piece) => piece.hidden && [0x202e, 0x2067, 0x202b].includes(piece.code));
  const before = pieces.slice(0, turned).map((piece) => (piece.hidden ? "" : piece.text)).join("");
  const after = pieces.slice(turned).map((piece) => (piece.hidden ? "" : piece.text)).join("");
  const looks = turned < 0 ? letters : before + [...after].reverse().join("");
  const ending = (/** @type {string} */ text) => (text.includes(".") ? `.${text.split(".").at(-1)}` : t("hidden.none"));
  return { seen: ending(looks), real: ending(letters) };
}

