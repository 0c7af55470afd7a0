// The flag that stops a request: who, when, why, where it counts, and clearing it.

import { html, useSignal } from "../ui.js";
import { rich, t } from "../i18n.js";
import { api, Problem } from "../api.js";
import { counted } from "../format.js";
import { useResource } from "../resource.js";
import { Button } from "../components/button.js";
import { Dialog } from "../components/dialog.js";
import { Note } from "../components/note.js";
import { useOpening } from "../components/opening.js";
import { Missing, ProblemNote } from "../components/problem.js";
import { Text } from "../components/text.js";
import { Time } from "../components/time.js";
import { commonName } from "../request/facts.js";

/** @typedef {import("./model.js").Request} Request */

/** How many of the approvals that still cover a file are named. */
const NAMED = 5;

/** @param {string} id @param {AbortSignal} signal */
async function flagOf(id, signal) {
  try {
    return await api.get("/v1/requests/{request_id}/flag", { params: { request_id: id }, signal });
  } catch (problem) {
    // The obstacle is another one.
    if (problem instanceof Problem && problem.status === 404) return null;
    throw problem;
  }
}

/** @param {{ request: Request, reload: () => Promise<void> }} props `reload`: what may be done with the request is another thing once the flag is cleared */
export function FlagNote({ request, reload }) {
  const flag = useResource((signal) => flagOf(request.id, signal), [request.id, request.revision]);
  const clearing = useOpening();
  const found = flag.data;
  if (!found) return null;
  const here = found.organization_id === request.organization.id;
  return html`
    <${Note} kind="bad" icon="flag" title=${rich("flag.by", { name: found.administrator.name, time: html`<${Time} at=${found.at} as="day" />` })}>
      ${found.note && html`<span class="said">${rich("text.quoted", { text: found.note })}</span> `}${here ? rich("flag.here", { organization: request.organization.name }) : t("flag.above")}
      ${found.covered_by.grants.length > 0 && html`<${Covered} by=${found.covered_by} organization=${request.organization.id} />`}
      ${here && html`<div><${Button} size="small" onClick=${() => { clearing.show(true); }}>${t("flag.clear")}<//></div>`}
    <//>
    ${clearing.what && html`<${ClearFlag} request=${request} onClose=${clearing.close} onCleared=${async () => { await reload(); flag.reload(); clearing.close(); }} />`}`;
}

/** The approvals of its publisher, which a flag of one file does not revoke. @param {{ by: import("../api.js").Schemas["CoveringGrants"], organization: string }} props */
function Covered({ by: { grants, complete }, organization }) {
  const n = grants.length;
  return html`
    <p>${t("flag.covered", { n, count: counted({ count: n, complete }) })}</p>
    <ul>${grants.slice(0, NAMED).map(({ request_id: id, scope, publisher }) => html`<li key=${id}><a href=${`/requests/${id}`}><${Text} text=${commonName(publisher.subject) ?? publisher.team_id ?? t("signer.unnamed")} /></a> (${t(`scope.words.${scope}`)})</li>`)}</ul>
    ${(n > NAMED || !complete) && html`<p><a href=${`/grants?organization=${organization}`}>${t("flag.coveredAll")}</a></p>`}`;
}

/** @param {{ request: Request, onClose: () => void, onCleared: () => Promise<void> }} props */
function ClearFlag({ request, onClose, onCleared }) {
  const problem = useSignal(/** @type {unknown} */ (null));
  const busy = useSignal(false);
  const clear = async () => {
    busy.value = true;
    try {
      await api.delete("/v1/requests/{request_id}/flag", { params: { request_id: request.id } });
      await onCleared();
    } catch (caught) {
      problem.value = caught;
      busy.value = false;
    }
  };
  const may = useResource((signal) => mayFlag(request, signal), [request.id]);
  const refused = may.data && !may.data.allowed ? may.data : null;
  const off = refused ? html`<${Missing} missing=${refused.missing} names=${{ [request.organization.id]: request.organization.name }} />` : null;
  return html`
    <${Dialog} title=${t("flag.clearTitle")} onClose=${onClose} actions=${html`<${Button} onClick=${onClose}>${t("flag.keep")}<//><${Button} kind="primary" busy=${busy.value} off=${off} onClick=${clear}>${t("flag.clear")}<//>`}>
      <p>${t("flag.clearWords")}</p>
      ${off}
      ${problem.value !== null && html`<${ProblemNote} problem=${problem.value} takesFocus />`}
    <//>`;
}

/** Whether the reader may flag files here, and what is missing. @param {Request} request @param {AbortSignal} signal */
export async function mayFlag(request, signal) {
  const resource = { organization_id: request.organization.id, group_id: request.group.id, computer_id: request.computer.id, request_kind: request.kind };
  const answer = await api.post("/v1/authorize", { body: { action: "requests.flag", resource }, signal });
  return /** @type {import("../api.js").Schemas["Answer"]} */ (answer);
}
