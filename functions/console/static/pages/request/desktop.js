// On the desktop: two columns, the decision sticks on the right.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { computerName } from "../../format.js";
import { DecisionColumn, Below } from "../../decision/decision-beside.js";
import { OthersCan } from "../../decision/out-of-reach.js";
import { EarlierList, History, Notes, OthersWaiting, WhoCanDecide, WhoWasTold } from "../../request/around.js";
import { toldCount, useEarlier, useTimeline } from "../../request/context.js";
import { list } from "../../request/queue.js";
import { Reasons, Signature } from "../../request/facts.js";
import { Attachment, Requesters, fileFacts } from "../../request/file-facts.js";
import { Badge } from "../../components/badge.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Facts } from "../../components/facts.js";
import { Loaded } from "../../components/loaded.js";
import { PageHead } from "../../components/page-head.js";
import { Place } from "../../components/place.js";
import { Text, WholeName } from "../../components/text.js";
import { Time } from "../../components/time.js";

/** @typedef {import("../../request/facts.js").Request} Request */
/** @typedef {import("../../api.js").Schemas} Schemas */
/**
 * @typedef {object} View
 * @property {Request} request
 * @property {import("../../decision/model.js").Decision} decision
 * @property {() => Promise<void>} reload
 * @property {{ href: string, left: number } | null} next
 * @property {import("../../request/actions.js").Actions} actions
 * @property {ReturnType<typeof import("../../decision/buttons.js").ignoring>} ignore
 * @property {{ at: number, all: number, previous: string | null, following: string | null }} place
 */

/** @type {Record<string, "good" | "bad" | "warn" | "plain">} */
export const STATUS_LOOK = { pending: "warn", approved: "good", denied: "bad", revoked: "bad" };

/** @param {View} view */
export function DesktopView({ request, decision, reload, next, actions, ignore, place }) {
  const beside = html`<${Badge} kind=${STATUS_LOOK[request.status] ?? "plain"} icon="clock">${t(`status.${request.status}`)}<//><span class="quiet"><${Signature} request=${request} /></span>`;
  const end = place.at >= 0 && html`<span class="small quiet">${t("request.placeOf", { at: place.at + 1, all: place.all })}</span> <kbd>K</kbd> <kbd>J</kbd>`;
  return html`
    <${PageHead} title=${request.subject.name} shown=${html`<${WholeName} name=${request.subject.name} />`} back=${{ href: list.address, label: t("request.back", { n: place.all }) }} beside=${beside} end=${end} />
    <div class="request-columns">
      <div class="stack">
        <${Asked} request=${request} />
        ${request.matching.count > 0 && html`<${Card} title=${t("waiting.title")} end=${t("waiting.count", { n: request.matching.count + 1 })} padded=${false}><${OthersWaiting} request=${request} /><//>`}
        <${Card} title=${t(request.kind === "storage" ? "file.deviceTitle" : "file.title")} end=${html`<${Attachment} request=${request} />`}><${Facts} facts=${fileFacts(request)} /><//>
        <${Around} request=${request} actions=${actions} />
      </div>
      <div class="request-side">
        <${DecisionColumn} request=${request} decision=${decision} reload=${reload} next=${next} end=${html`<${OthersCan} request=${request} />`} below=${html`<${Further} request=${request} actions=${actions} ignore=${ignore} />`} />
        ${actions.dialogs}
      </div>
    </div>`;
}

/** @param {{ request: Request }} props */
function Asked({ request }) {
  const facts = [
    { name: t("fact.who"), value: html`<${Requesters} request=${request} />` },
    { name: t("fact.organization"), value: html`<${Text} text=${request.organization.name} />` },
    { name: t("fact.computer"), value: html`<${Place} computer=${computerName(request.computer)} group=${request.group.name} />` },
    { name: t("fact.blockedBy"), value: request.policy ? html`<${Text} text=${request.policy.name} />` : request.unknown_policy ? rich("fact.unknownPolicy", { name: request.unknown_policy }) : t("fact.noPolicy") },
    request.assignee && { name: t("fact.takenBy"), value: html`<${Text} text=${request.assignee.administrator.name} /> <span class="quiet small"><${Time} at=${request.assignee.since} /></span>` },
    request.status === "pending" && { name: t("fact.waitsUntil"), value: html`<${Time} at=${request.expires_at} as="day" />` },
    request.renews && { name: t("fact.renews"), value: rich("fact.renewsWords", { request: html`<a href=${`/requests/${request.renews.request_id}`}>${t("fact.approval")}</a>`, day: html`<${Time} at=${request.renews.ends_at} as="day" />` }) },
  ];
  return html`<${Card}><div class="stack"><${Reasons} request=${request} /><${Facts} facts=${facts} columns /></div><//>`;
}

/** Earlier decisions, who was told, who can decide, notes and history. @param {{ request: Request, actions: View["actions"] }} props */
function Around({ request, actions }) {
  const earlier = useEarlier(request);
  const timeline = useTimeline(request);
  const told = timeline.data && toldCount(timeline.data);
  return html`
    <${Card} title=${t("before.title")} padded=${false}><${Loaded} resource=${earlier} rows=${1}>${(/** @type {Schemas["EarlierRequest"][]} */ items) => html`<div class="card-lines"><${EarlierList} items=${items} /></div>`}<//><//>
    <${Card} title=${t("notes.title")} end=${html`<${Button} size="small" icon="note" keyHint="N" onClick=${actions.note}>${t("note.do")}<//>`} padded=${false}>
      <div class="card-notes"><${Notes} request=${request} /></div>
      <${Loaded} resource=${timeline} rows=${2}>${(/** @type {Schemas["TimelineEntry"][]} */ entries) => html`<${History} entries=${entries} />`}<//>
    <//>
    <${Card} title=${t("told.title")} end=${told && told.all > 0 && t("fact.toldOf", { n: told.all, sent: told.sent })} padded=${false}><${Loaded} resource=${timeline} rows=${2}>${(/** @type {Schemas["TimelineEntry"][]} */ entries) => html`<div class="card-lines"><${WhoWasTold} entries=${entries} request=${request} /></div>`}<//><//>
    <${Card} title=${t("deciders.title")} padded=${false} id="deciders"><div class="card-lines"><${WhoCanDecide} request=${request} /></div><//>`;
}

/** @param {{ request: Request, actions: View["actions"], ignore: View["ignore"] }} props */
function Further({ request, actions, ignore }) {
  const open = request.status === "pending";
  return html`
    <div class="further">
      ${ignore && html`<${Below} off=${ignore.off} onClick=${ignore.send}>${t("action.ignore")}<//>`}
      ${open && html`<${Below} onClick=${actions.mine ? actions.release : actions.take}>${t(actions.mine ? "action.release" : "action.take")}<//>`}
      ${open && html`<${Below} onClick=${actions.handOver}>${t("action.handOver")}<//>`}
      <${Below} onClick=${actions.copyLink}>${t("action.copyLink")}<//>
      <${Below} onClick=${actions.makeRule}>${t("action.makeRule")}<//>
      ${request.subject.sha256 && html`<${Below} bad onClick=${actions.flag}>${t("action.flag")}<//>`}
    </div>`;
}
