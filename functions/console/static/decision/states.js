// What is said above the buttons: that there is no connection, what was refused, and what must be looked at before approving.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { lostSince } from "../api.js";
import { hour } from "../format.js";
import { Later, partOf } from "../components/later.js";
import { Note } from "../components/note.js";
import { ProblemNote } from "../components/problem.js";
import { mustLook } from "./buttons.js";
import { answerFor } from "./model.js";

const seldom = (/** @type {string} */ name) => partOf(() => import("./seldom.js"), name, "seldom");
const loadChanged = seldom("Changed");
const loadFaster = seldom("Faster");
const loadUnconfirmed = seldom("Unconfirmed");
const loadCloned = seldom("Cloned");
const loadHidden = seldom("Hidden");
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
    ${phase.name === "changed" && html`<${Later} load=${loadChanged} request=${request} phase=${phase} />`}
    ${phase.name === "faster" && html`<${Later} load=${loadFaster} request=${request} phase=${phase} />`}
    ${phase.name === "refused" && html`<${ProblemNote} problem=${phase.problem} names=${{ [request.organization.id]: request.organization.name }} takesFocus />`}
    ${request.computer.cloned && html`<${Later} load=${loadCloned} request=${request} />`}
    ${request.computer.unconfirmed && html`<${Later} load=${loadUnconfirmed} request=${request} />`}
    ${mayBeFlagged(request) && html`<${Later} load=${loadFlagNote} request=${request} reload=${() => decision.reload.current()} />`}
    ${!decision.denying.value && html`<${NothingAllowed} request=${request} decision=${decision} />`}
    ${mustLook(request) && request.status === "pending" && html`<${Later} load=${loadHidden} request=${request} decision=${decision} />`}`;
}

/** An obstacle to approving at every scope may be a flag: the server tells then. @param {Request} request */
function mayBeFlagged(request) {
  const approvals = request.actions.filter(({ action }) => action === "approve");
  return request.kind !== "storage" && approvals.length > 0 && approvals.every(({ obstacle }) => obstacle);
}

/** Nothing may be approved by the reader: what it would need, and who has it. @param {{ request: Request, decision: Decision }} props */
function NothingAllowed({ request, decision }) {
  const approvals = request.actions.filter(({ action }) => action === "approve");
  const answer = answerFor(request, "approved", decision.scope.value);
  if (!approvals.length || approvals.some(({ allowed }) => allowed) || !answer || answer.obstacle) return null;
  return html`<${Note} kind="plain" title=${t("state.mayNot")}><${Later} load=${loadOutOfReach} request=${request} answer=${answer} scope=${decision.scope.value} /><//>`;
}
