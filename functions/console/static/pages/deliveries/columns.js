// A delivery as a row: where to, what it reports, its state, when, what the provider said, and what can be done.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { now } from "../../resource.js";
import { CHANNEL_ICONS } from "../../messages/channels.js";
import { Badge } from "../../components/badge.js";
import { Icon } from "../../components/icon.js";
import { Person } from "../../components/person.js";
import { Said } from "../../components/said.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";
import { RowActions } from "./actions.js";

/** @typedef {import("./log.js").Delivery} Delivery */


/** Not to be sent: another message says it, or it is no longer true. */
export const UNSENT = /** @type {Set<string>} */ (new Set(["collapsed", "digested", "skipped"]));

/** The states as they are told; what a provider reported of the message or its address, and another attempt, have words of their own. @param {Delivery} one */
export function stateOf({ status, attempts, bounce, bounced_at, read_at, delivered_at }) {
  if (bounced_at || (bounce && status !== "sent")) return "bounced";
  if ((read_at || delivered_at) && status !== "pending") return read_at ? "read" : "delivered";
  return status === "pending" && attempts > 0 ? "retrying" : status;
}

/** When it came to its state. @param {Delivery} one */
export function stateSince(one) {
  const state = stateOf(one);
  return one.bounced_at || (state === "read" && one.read_at) || (state === "delivered" && one.delivered_at) || one.updated_at;
}

/** @type {Record<string, "good" | "bad" | "warn" | "plain">} */
const KIND = { sent: "good", delivered: "good", read: "good", failed: "bad", bounced: "bad", retrying: "warn" };

/** @param {{ one: Delivery }} props */
export function State({ one }) {
  const state = stateOf(one);
  return html`<${Badge} kind=${KIND[state] ?? "plain"}>${t(`deliveries.state.${state}`)}<//>`;
}

/** @param {{ one: Delivery }} props */
export function To({ one }) {
  return html`
    <span class="delivery-to"><${Icon} name=${CHANNEL_ICONS[one.channel]} small label=${t(`channel.${one.channel}`)} /><span><${Person} name=${one.recipient?.name ?? one.address} />
      ${one.recipient && one.address && html`<span class="second"><${Text} text=${one.address} /></span>`}
      ${one.in_place_of && html`<span class="second">${rich("deliveries.inPlaceOf", { name: one.in_place_of })}</span>`}</span></span>`;
}

/** What it reports, of which request, and as what its recipient is told. @param {{ one: Delivery, about?: boolean }} props */
export function What({ one, about }) {
  const words = t(`notice.${one.notice}`);
  const as = html`<span class="second">${t(`toldAs.${one.told_as}`)}</span>`;
  if (!about || !one.request_id) return html`<span>${words}${as}</span>`;
  return html`<span><a href=${`/deliveries?organization=${one.organization_id}&request=${one.request_id}`}>${words}</a>
    ${one.request && html`<span class="second"><a href=${`/requests/${one.request_id}`}>${rich("deliveries.ofRequest", { name: one.request.name, computer: one.request.computer_name ?? one.request.hostname })}</a></span>`}${as}</span>`;
}

/** @param {{ one: Delivery }} props */
function When({ one }) {
  const next = one.next_attempt_at && one.status === "pending" && Date.parse(one.next_attempt_at) > now.value;
  return html`<${Time} at=${stateSince(one)} as="ago" />${next && html`<span class="second">${rich("deliveries.next", { time: html`<${Time} at=${one.next_attempt_at ?? ""} as="day" />` })}</span>`}`;
}

/** What the provider said, or why it was not sent. @param {{ one: Delivery }} props */
function Answer({ one }) {
  return html`
    <div class="delivery-answer">
      ${one.bounce && html`<p><${Text} text=${one.bounce.reason} /></p><p class="second">${rich("deliveries.bouncedAt", { time: html`<${Time} at=${one.bounce.at} as="ago" />` })}</p>`}
      ${one.last_answer && !one.collapsed_into && one.last_answer !== one.bounce?.reason && html`<p><${Said} text=${one.last_answer} /></p>`}
      ${!one.last_answer && one.managing_organization && html`<p class="quiet">${t("deliveries.hidden")}</p>`}
      ${one.collapsed_into && html`<p><a href=${`/requests/${one.collapsed_into}`}>${t("deliveries.saidBy")}</a></p>`}
      ${one.provider && html`<p class="second">${rich("deliveries.by", { provider: one.provider })}</p>`}
      ${one.attempts > 1 && html`<p class="second">${t("deliveries.attempts", { n: one.attempts })}</p>`}
    </div>`;
}

/** Where nothing was said, the state's own reason. @param {{ one: Delivery }} props */
export function Why({ one }) {
  const said = one.last_answer || one.provider || one.bounce || one.collapsed_into || one.managing_organization;
  return said || !UNSENT.has(one.status) ? html`<${Answer} one=${one} />` : html`<span class="quiet">${t(`deliveries.why.${one.status}`)}</span>`;
}

/** @param {import("./list.js").How} how @returns {import("../../components/table.js").Column<Delivery>[]} */
export function columns({ may, names, changed, about, unsent }) {
  /** @type {import("../../components/table.js").Column<Delivery>[]} */
  const reports = [{ title: t("deliveries.what"), cell: (one) => html`<${What} one=${one} about=${about} />` }];
  return [
    { title: t("deliveries.to"), card: "title", cell: (one) => html`<${To} one=${one} />` },
    ...reports,
    { title: t("deliveries.state"), cell: (one) => html`<${State} one=${one} />` },
    { title: t("deliveries.when"), cell: (one) => html`<${When} one=${one} />` },
    { title: t(unsent ? "deliveries.why" : "deliveries.answer"), cell: (one) => html`<${Why} one=${one} />` },
    { title: t("deliveries.actions"), cell: (one) => html`<${RowActions} key=${one.revision} one=${one} may=${may} names=${names} changed=${changed} />` },
  ];
}
