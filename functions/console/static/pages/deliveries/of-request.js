// The messages of one request: by what they report, and apart from them those that were not sent, with the reason.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { usePages } from "../../pages.js";
import { useReread } from "../../resource.js";
import { query, withQuery } from "../../router.js";
import { Card } from "../../components/card.js";
import { Empty } from "../../components/empty.js";
import { Loaded } from "../../components/loaded.js";
import { ShowMore } from "../../components/more.js";
import { Note } from "../../components/note.js";
import { PageHead } from "../../components/page-head.js";
import { Tabs } from "../../components/tabs.js";
import { UNSENT, stateOf } from "./columns.js";
import { DeliveryList } from "./list.js";

/** @typedef {import("./log.js").Delivery} Delivery */

const AGAIN = 10_000;

/** @param {{ request: string, organization: string, names: Record<string, string>, may: import("../../may.js").May }} props */
export function OfRequest({ request, organization, names, may }) {
  const list = usePages((cursor, signal) => api.get("/v1/notifications", { query: { organization_id: organization, request_id: request, cursor }, signal }), [organization, request]);
  useReread(list, AGAIN);
  const items = list.data?.items ?? [];
  const notices = [...new Set([...items].reverse().map(({ notice }) => notice))];
  const chosen = notices.find((one) => one === query.value.get("about")) ?? notices[0];
  const tabs = notices.map((notice) => ({ href: withQuery({ about: notice === notices[0] ? null : notice }), label: t(`notice.${notice}`), on: notice === chosen, n: String(items.filter((one) => one.notice === notice).length) }));
  const changed = (/** @type {Delivery} */ one) => list.data && list.set({ ...list.data, items: list.data.items.map((each) => (each.id === one.id ? one : each)) });
  const shown = items.filter(({ notice }) => notice === chosen);
  const back = { href: `/requests/${request}`, label: t("deliveries.theRequest") };
  return html`
    <${PageHead} title=${t("deliveries.whoWasTold")} back=${back} beside=${items.length > 0 && html`<span class="quiet small" role="status">${inAll(items)}</span>`}
      tabs=${tabs.length > 0 ? html`<${Tabs} label=${t("deliveries.about")} tabs=${tabs} />` : undefined} />
    <div class="page-body">
      <${Loaded} resource=${list} names=${names} rows=${4}>${(/** @type {{ items: Delivery[], cursor: string | null }} */ { items: all, cursor }) => (all.length === 0 && !cursor
        ? html`<${Card} padded=${false}><${Nothing} organization=${organization} /><//>`
        : html`<${Told} items=${shown} more=${cursor !== null} how=${{ may, names, changed }} />`)}<//>
      <${ShowMore} list=${list} />
      <p class="small"><a href=${`/deliveries?organization=${organization}&tab=channels`}>${t("deliveries.channelHealth")}</a></p>
    </div>`;
}

/** Whether it came back: reported of the message itself, or of its address after the provider took it. @param {Delivery} one */
const cameBack = ({ bounce, bounced_at, read_at, delivered_at, status, updated_at: at }) => Boolean(bounced_at || (bounce && (status !== "sent" || (!read_at && !delivered_at && Date.parse(bounce.at) >= Date.parse(at)))));

/** "4 of 6 messages were sent, 3 are known to have arrived, 1 is tried again, 1 bounced" @param {Delivery[]} items */
function inAll(items) {
  const bounced = items.filter(cameBack).length;
  const others = items.filter((one) => !cameBack(one) && !UNSENT.has(one.status));
  const delivered = others.filter((one) => ["read", "delivered"].includes(stateOf(one))).length;
  const [sent, waiting, failed] = ["sent", "pending", "failed"].map((state) => others.filter(({ status }) => status === state).length);
  const counted = /** @type {const} */ ([["delivered", delivered], ["waiting", waiting], ["bounced", bounced], ["failed", failed]]);
  return [t("deliveries.sentOf", { n: others.length + bounced, sent }), ...counted.filter(([, n]) => n > 0).map(([state, n]) => t(`deliveries.${state}`, { n }))].join(", ");
}

/** @param {{ items: Delivery[], more: boolean, how: import("./list.js").How }} props */
function Told({ items, more, how }) {
  const told = items.filter(({ status }) => !UNSENT.has(status));
  const unsent = items.filter(({ status }) => UNSENT.has(status));
  return html`
    ${told.length > 0 && html`<${Card} padded=${false}><${DeliveryList} caption=${t("deliveries.told")} items=${told} more=${more} how=${how} /><//>`}
    ${unsent.length > 0 && html`<${Card} title=${t("deliveries.notTold")} end=${t("deliveries.addresses", { n: unsent.length })} padded=${false}><${DeliveryList} caption=${t("deliveries.notTold")} items=${unsent} more=${more} how=${{ ...how, unsent: true }} /><//>`}
    ${items.length === 0 && html`<${Note} kind="plain">${t("deliveries.noneYet")}<//>`}`;
}

/** @param {{ organization: string }} props */
function Nothing({ organization }) {
  return html`<${Empty} title=${t("deliveries.nobody")} action=${html`<a class="button" href=${`/policies?organization=${organization}`}>${t("deliveries.addAddress")}</a>`}>${t("deliveries.nobodyWords")}<//>`;
}
