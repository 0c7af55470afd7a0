// On a phone: what, who, where and why on the first screen, the rest folded, the decision in the thumb's arc.

import { html, useEffect } from "../../ui.js";
import { t } from "../../i18n.js";
import { computerName, size } from "../../format.js";
import { menuItems } from "../../request/actions.js";
import { list } from "../../request/queue.js";
import { Earlier, toldCount, useEarlier, useTimeline } from "../../request/context.js";
import { Reasons, Signature } from "../../request/facts.js";
import { DecisionSheet } from "../../decision/decision-sheet.js";
import { Button } from "../../components/button.js";
import { Fold } from "../../components/fold.js";
import { Icon } from "../../components/icon.js";
import { Later, partOf } from "../../components/later.js";
import { Loaded } from "../../components/loaded.js";
import { Menu } from "../../components/menu.js";
import { Place } from "../../components/place.js";
import { Text, WholeName, nameInPlain } from "../../components/text.js";
import { Time } from "../../components/time.js";
import { Title } from "../../components/title.js";

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {import("./desktop.js").View} View */
/** @typedef {import("../../request/facts.js").Request} Request */

const around = (/** @type {string} */ name) => partOf(() => import("../../request/around.js"), name, "around");
const fileFacts = (/** @type {string} */ name) => partOf(() => import("../../request/file-facts.js"), name);
const loadFile = fileFacts("FileDetails");
const loadRequesters = fileFacts("Requesters");
const loadOthers = around("OthersWaiting");
const loadEarlier = around("EarlierList");
const loadTold = around("WhoWasTold");
const loadDeciders = around("WhoCanDecide");
const loadNotes = around("Notes");
const loadHistory = around("History");

/** @param {View} view */
export function PhoneView({ request, decision, reload, next, actions, ignore, place }) {
  const { name } = request.subject;
  useEffect(() => {
    document.title = `${nameInPlain(name)} – Countersign`;
  }, [name]);
  return html`
    <header class="phone-top">
      <a class="button button-bare button-icon" href=${list.address} aria-label=${t("request.toList")}><${Icon} name="back" /></a>
      ${place.at >= 0 && html`<span class="small quiet">${t("request.placeOf", { at: place.at + 1, all: place.all })}</span>`}
      <span class="phone-top-end">
        ${request.status === "pending" && html`<${Button} kind="bare" icon="hand" label=${t(actions.mine ? "action.release" : "action.take")} pressed=${actions.mine} onClick=${actions.mine ? actions.release : actions.take} />`}
        <${Menu} label=${t("action.more")} items=${menuItems(request, actions, ignore)} />
      </span>
    </header>
    <div class="phone-request">
      <div class="phone-first">
        <div><${Title}><${WholeName} name=${name} /><//><p class="small quiet"><${Signature} request=${request} short /></p></div>
        <${Reasons} request=${request} />
        ${actions.dialogs}
        <${First} request=${request} />
      </div>
      <${Folds} request=${request} />
    </div>
    <${DecisionSheet} request=${request} decision=${decision} reload=${reload} next=${next} />`;
}

/** @param {{ request: Request }} props */
function First({ request }) {
  const earlier = useEarlier(request);
  const [first] = earlier.data ?? [];
  const one = request.requesters[0];
  const others = request.requesters.length - 1 + request.more_requesters;
  return html`
    <ul class="phone-facts">
      <li><${Icon} name="person" /><div><${Text} text=${one.username} />${others > 0 && html` <span class="quiet">${t("fact.andMore", { n: others })}</span>`}<div class="small quiet">${t("request.askedLabel")} <${Time} at=${one.asked_at} /></div></div></li>
      <li><${Icon} name="computer" /><div><${Place} computer=${computerName(request.computer)} group=${request.group.name} organization=${request.organization.name} /></div></li>
      ${request.assignee && html`<li><${Icon} name="hand" /><div><span class="quiet">${t("fact.takenBy")}</span> <${Text} text=${request.assignee.administrator.name} /></div></li>`}
      ${first && html`<li><${Icon} name="clock" /><div><${Earlier} one=${first} /></div></li>`}
    </ul>`;
}

/** @param {{ request: Request }} props */
function Folds({ request }) {
  const timeline = useTimeline(request);
  const earlier = useEarlier(request);
  const entries = timeline.data ?? [];
  const told = toldCount(entries);
  const notes = entries.filter(({ act }) => act === "request.note-added").length;
  const { subject } = request;
  return html`
    ${request.matching.count > 0 && html`<${Fold} icon="people" title=${t("fact.alsoWaiting")} end=${t("fact.computers", { n: request.matching.count })}><${Later} load=${loadOthers} request=${request} /><//>`}
    ${request.requesters.length > 1 && html`<${Fold} icon="person" title=${t("fact.whoAsks")} end=${t("fact.people", { n: request.requesters.length })}><${Later} load=${loadRequesters} request=${request} /><//>`}
    <${Fold} icon=${request.kind} title=${t(request.kind === "storage" ? "file.deviceTitle" : "file.title")} end=${subject.size ? size(subject.size) : undefined}>
      <${Later} load=${loadFile} request=${request} />
    <//>
    <${Fold} icon="clock" title=${t("before.title")} end=${earlier.data && String(earlier.data.length || t("before.noneShort"))}><${Loaded} resource=${earlier} rows=${1}>${(/** @type {Schemas["EarlierRequest"][]} */ items) => html`<${Later} load=${loadEarlier} items=${items} />`}<//><//>
    <${Fold} icon="send" title=${t("told.title")} end=${told.all > 0 ? t("fact.toldOf", { n: told.all, sent: told.sent }) : undefined}><${Loaded} resource=${timeline} rows=${2}>${(/** @type {Schemas["TimelineEntry"][]} */ all) => html`<${Later} load=${loadTold} entries=${all} request=${request} />`}<//><//>
    <${Fold} icon="question" title=${t("deciders.title")}><${Later} load=${loadDeciders} request=${request} /><//>
    <${Fold} icon="note" title=${t("notes.title")} end=${notes > 0 ? t("notes.count", { n: notes }) : undefined}>
      <${Later} load=${loadNotes} request=${request} />
      <${Loaded} resource=${timeline} rows=${2}>${(/** @type {Schemas["TimelineEntry"][]} */ all) => html`<${Later} load=${loadHistory} entries=${all} />`}<//>
    <//>`;
}
