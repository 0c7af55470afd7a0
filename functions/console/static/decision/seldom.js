// What is seldom said above the buttons: that somebody was faster, that something changed, that a computer has a twin or clones, and that a name
// hides something.

import { html } from "../ui.js";
import { rich, t } from "../i18n.js";
import { api } from "../api.js";
import { computerName } from "../format.js";
import { lastAddress } from "../fleet/last-address.js";
import { ifMay } from "../may.js";
import { useResource } from "../resource.js";
import { leadsSomewhere } from "../router.js";
import { Check } from "../components/check.js";
import { Note } from "../components/note.js";
import { Pieces, nameIn } from "../components/text.js";
import { Time } from "../components/time.js";

/** @typedef {import("./model.js").Decision} Decision */
/** @typedef {import("./model.js").Request} Request */

/** @param {{ request: Request, phase: { aspects: string[], before: Request } }} props */
export function Changed({ request, phase }) {
  const moved = phase.aspects.includes("group");
  const title = moved
    ? rich("state.moved", { computer: computerName(request.computer), group: request.group.name })
    : t(`state.changed.${phase.aspects[0] ?? "subject"}`);
  return html`<${Note} kind="warn" role="alert" title=${title}>${moved && html`${rich("state.movedWords", { group: request.group.name, before: phase.before.group.name })} `}${t("state.nothingDecided")}<//>`;
}

/** @param {{ request: Request, phase: { decision: import("../api.js").Schemas["EarlierDecision"] | null, outcome: string } }} props */
export function Faster({ request, phase }) {
  const first = request.decision ?? phase.decision;
  const title = first
    ? rich(`state.faster.${first.outcome}`, { name: first.administrator?.name ?? t("person.managing"), time: html`<${Time} at=${first.at} />` })
    : t(`state.ended.${request.status}`);
  const message = request.decision?.message;
  return html`<${Note} kind="info" role="alert" title=${title}>${message && html`<span class="said">${rich("text.quoted", { text: message })}</span> `}${t(`state.notSent.${phase.outcome}`)}<//>`;
}

/** Since when it calls itself so, and from where; null for those who may not see computers there. @param {Request} request */
function useEnrolment({ computer, organization }) {
  return useResource((signal) => ifMay("computers.view", organization.id, async () => {
    const params = { organization_id: organization.id, computer_id: computer.id };
    const [{ enrolled_at: at }, from] = await Promise.all([
      api.get("/v1/organizations/{organization_id}/computers/{computer_id}", { params, signal }),
      lastAddress(params, signal),
    ]);
    return { at, from };
  }, null, signal), [computer.id]).data;
}

/** @param {{ request: Request }} props */
export function Unconfirmed({ request }) {
  const page = `/computers/${request.computer.id}?organization=${request.organization.id}`;
  const enrolled = useEnrolment(request);
  return html`
    <${Note} kind="warn" title=${rich("state.twin", { computer: request.computer.hostname })}>
      ${enrolled && html`<span>${rich("state.twinSince", { time: html`<${Time} at=${enrolled.at} />` })} </span>`}
      ${enrolled?.from && html`<span>${rich("state.twinFrom", { address: enrolled.from })} </span>`}
      ${t("state.twinWords")}
      ${leadsSomewhere("/computers/x") && html` <a href=${page}>${t("state.compare")}</a>`}<//>`;
}

/** @param {{ request: Request }} props */
export function Cloned({ request }) {
  const page = `/computers/${request.computer.id}?organization=${request.organization.id}`;
  return html`
    <${Note} kind="warn" title=${rich("state.cloned", { computer: computerName(request.computer) })}>${t("state.clonedWords")}
      ${leadsSomewhere("/computers/x") && html` <a href=${page}>${t("state.compare")}</a>`}<//>`;
}

/** @param {{ request: Request, decision: Decision }} props */
export function Hidden({ request, decision }) {
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
