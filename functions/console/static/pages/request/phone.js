// On a phone: what, who, where and why on the first screen, the rest folded, the decision in the thumb's arc.

import { html, useEffect } from "../../ui.js";
import { t } from "../../i18n.js";
import { computerName } from "../../format.js";
import { menuItems } from "../../request/actions.js";
import { list } from "../../request/queue.js";
import { Earlier, useEarlier } from "../../request/context.js";
import { Reasons, Signature, WhoAsks, askersOf } from "../../request/facts.js";
import { DecisionSheet } from "../../decision/decision-sheet.js";
import { Button } from "../../components/button.js";
import { Icon } from "../../components/icon.js";
import { Later, partOf } from "../../components/later.js";
import { Menu } from "../../components/menu.js";
import { Place } from "../../components/place.js";
import { Text, WholeName, nameInPlain } from "../../components/text.js";
import { Time } from "../../components/time.js";
import { Title } from "../../components/title.js";

/** @typedef {import("./desktop.js").View} View */
/** @typedef {import("../../request/facts.js").Request} Request */

const loadFolds = partOf(() => import("./folds.js"), "Folds");

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
      <${Later} load=${loadFolds} request=${request} />
    </div>
    <${DecisionSheet} request=${request} decision=${decision} reload=${reload} next=${next} />`;
}

/** @param {{ request: Request }} props */
function First({ request }) {
  const earlier = useEarlier(request);
  const [first] = earlier.data ?? [];
  return html`
    <ul class="phone-facts">
      <li><${Icon} name="person" /><div><${WhoAsks} request=${request} /><div class="small quiet">${t("request.askedLabel")} <${Time} at=${askersOf(request)[0].asked_at} /></div></div></li>
      <li><${Icon} name="computer" /><div><${Place} computer=${computerName(request.computer)} group=${request.group.name} organization=${request.organization.name} /></div></li>
      ${request.assignee && html`<li><${Icon} name="hand" /><div><span class="quiet">${t("fact.takenBy")}</span> <${Text} text=${request.assignee.administrator.name} /></div></li>`}
      ${first && html`<li><${Icon} name="clock" /><div><${Earlier} one=${first} /></div></li>`}
    </ul>`;
}
