// The selected request beside the list: everything to decide on one screen, and the decision at its foot.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { computerName } from "../../format.js";
import { useRequest, useRevision, useWatched } from "../../request/use-request.js";
import { leave } from "../../request/queue.js";
import { menuItems, useActions } from "../../request/actions.js";
import { Earlier, toldCount, useEarlier, useTimeline } from "../../request/context.js";
import { EarlyButtons, EarlyFacts } from "../../request/early.js";
import { Reasons, Signature, WhoAsks } from "../../request/facts.js";
import { fileFacts } from "../../request/file-facts.js";
import { ignoring } from "../../decision/buttons.js";
import { useDecision } from "../../decision/model.js";
import { DecisionFoot } from "../../decision/decision-beside.js";
import { Button } from "../../components/button.js";
import { Facts } from "../../components/facts.js";
import { Icon } from "../../components/icon.js";
import { Loaded } from "../../components/loaded.js";
import { Menu } from "../../components/menu.js";
import { Place } from "../../components/place.js";
import { Text, WholeName } from "../../components/text.js";
import { Time } from "../../components/time.js";

/** @typedef {import("../../request/facts.js").Request} Request */
/** @typedef {{ href: string, left: number } | null} Next */

/** @param {{ id: string, row: import("./list.js").Row | undefined, next: Next, onDecided: (ids: string[]) => void }} props `row`: of the list, if it is there */
export function Panel({ id, row, next, onDecided }) {
  const request = useRequest(id);
  useRevision(request, row?.revision);
  useWatched(request, row === undefined);
  const early = row && request.data === null && request.problem === null;
  return html`
    <aside class="panel" aria-label=${t("panel.title")}>
      ${early ? html`<${Early} row=${row} />` : html`<${Loaded} resource=${request} rows=${6}>${(/** @type {Request} */ one) => html`<${Opened} key=${one.id} request=${one} resource=${request} next=${next} onDecided=${onDecided} />`}<//>`}
    </aside>`;
}

/** What the list knows, in the places where all of it will be. @param {{ row: import("./list.js").Row }} props */
function Early({ row }) {
  return html`
    <div class="panel-what">
      <span class="row small quiet"><${Icon} name=${row.kind} small />${t(`kind.${row.kind}`)}</span>
      <h2><${WholeName} name=${row.subject.name} /></h2>
      <${EarlyFacts} row=${row} />
    </div>
    <div class="decide-foot decide-panel"><${EarlyButtons} row=${row} size="normal" /></div>`;
}

/** @param {{ request: Request, resource: import("../../resource.js").Resource<Request>, next: Next, onDecided: (ids: string[]) => void }} props */
function Opened({ request, resource, next, onDecided }) {
  const decision = useDecision(request, {
    reload: resource.reload,
    onDecided: (done, settled) => {
      resource.set(done);
      leave([done.id, ...settled]);
      onDecided([done.id, ...settled]);
    },
  });
  const actions = useActions(request, resource.reload);
  const items = menuItems(request, actions, ignoring(request, decision));
  return html`
    <div class="panel-what">
      <div class="row row-between">
        <span class="row small quiet"><${Icon} name=${request.kind} small />${t(`kind.${request.kind}`)}</span>
        <span class="row panel-tools">
          ${request.status === "pending" && html`<${Button} kind="bare" size="small" icon="hand" label=${t(actions.mine ? "action.release" : "action.take")} pressed=${actions.mine} onClick=${actions.mine ? actions.release : actions.take} />`}
          <a class="button button-bare button-small" href=${`/requests/${request.id}`}>${t("panel.open")}</a>
          <${Menu} label=${t("action.more")} items=${items} />
        </span>
      </div>
      <div><h2><${WholeName} name=${request.subject.name} /></h2><p class="small quiet panel-signature"><${Signature} request=${request} /></p></div>
      <${Reasons} request=${request} />
      ${actions.dialogs}
      <${PanelFacts} request=${request} />
    </div>
    <${DecisionFoot} request=${request} decision=${decision} reload=${resource.reload} next=${next} />`;
}

/** @param {{ request: Request }} props */
function PanelFacts({ request }) {
  const earlier = useEarlier(request);
  const timeline = useTimeline(request);
  const told = timeline.data && toldCount(timeline.data);
  const [first] = earlier.data ?? [];
  const facts = [
    { name: t("fact.who"), value: html`<${WhoAsks} request=${request} />` },
    { name: t("fact.where"), value: html`<${Place} computer=${computerName(request.computer)} group=${request.group.name} organization=${request.organization.name} />` },
    request.assignee && { name: t("fact.takenBy"), value: html`<${Text} text=${request.assignee.administrator.name} /> <span class="quiet"><${Time} at=${request.assignee.since} /></span>` },
    request.matching.count > 0 && { name: t("fact.alsoWaiting"), value: html`<a href=${`/requests/${request.id}`}>${t("fact.computers", { n: request.matching.count })}</a>` },
    first && { name: t("fact.before"), value: html`<${Earlier} one=${first} />` },
    request.policy && { name: t("fact.blockedBy"), value: html`<${Text} text=${request.policy.name} />` },
    ...fileFacts(request),
    told && told.all > 0 && { name: t("fact.told"), value: html`<a href=${`/requests/${request.id}`}>${rich("fact.toldOf", { n: told.all, sent: told.sent })}</a>` },
  ];
  return html`<${Facts} facts=${facts} />`;
}
