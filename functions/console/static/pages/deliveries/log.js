// The delivery log of an organization: newest first, narrowed by state and channel.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { usePages } from "../../pages.js";
import { useReread } from "../../resource.js";
import { query, setQuery } from "../../router.js";
import { CHANNELS } from "../../messages/channels.js";
import { OrganizationFilter } from "../../components/place-filters.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Empty } from "../../components/empty.js";
import { Later } from "../../components/later.js";
import { LiveDot } from "../../components/live-dot.js";
import { Loaded } from "../../components/loaded.js";
import { ShowMore } from "../../components/more.js";
import { Select } from "../../components/select.js";
import { Text } from "../../components/text.js";
import { DeliveryList } from "./list.js";

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {Schemas["NotificationView"]} Delivery */
/** @typedef {import("../../may.js").May} May */

const STATES = /** @type {const} */ (["pending", "sent", "failed", "collapsed", "digested", "skipped"]);
const AGAIN = 15_000;
const loadResend = async () => (await import("./resend.js")).ResendFailed;

/** @param {{ organization: string, organizations: import("../../places.js").Organization[] | undefined, names: Record<string, string>, may: May }} props */
export function Log({ organization, organizations, names, may }) {
  const status = STATES.find((one) => one === query.value.get("status"));
  const channel = CHANNELS.find((one) => one === query.value.get("channel"));
  const list = usePages((cursor, signal) => api.get("/v1/notifications", { query: { organization_id: organization, status, channel, cursor }, signal }), [organization, status, channel], { keep: "deliveries" });
  const resending = useSignal(false);
  useReread(list, AGAIN);
  const changed = (/** @type {Delivery} */ one) => list.data && list.set({ ...list.data, items: list.data.items.map((each) => (each.id === one.id ? one : each)) });
  const states = [{ value: "", label: t("deliveries.anyState") }, ...STATES.map((value) => ({ value, label: t(`deliveries.state.${value}`) }))];
  const channels = [{ value: "", label: t("deliveries.anyChannel") }, ...CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))];
  return html`
    <div class="filters">
      <${OrganizationFilter} organizations=${organizations} organization=${organization} />
      <${Select} label=${t("deliveries.state")} value=${status ?? ""} options=${states} onChange=${(/** @type {string} */ value) => setQuery({ status: value })} />
      <${Select} label=${t("deliveries.channel")} value=${channel ?? ""} options=${channels} onChange=${(/** @type {string} */ value) => setQuery({ channel: value })} />
    </div>
    <div class="row row-between row-wrap"><${LiveDot} readAt=${list.readAt} /><${Button} size="small" icon="again" off=${may.off("notifications.resend")} onClick=${() => { resending.value = true; }}>${t("resend.title")}<//></div>
    <${Loaded} resource=${list} names=${names} rows=${6}>${(/** @type {{ items: Delivery[], cursor: string | null }} */ { items, cursor }) => (items.length === 0 && !cursor
      ? html`<${Card} padded=${false}><${Nothing} organization=${organization} organizations=${organizations ?? []} narrowed=${Boolean(status || channel)} /><//>`
      : html`<${Card} padded=${false}><${DeliveryList} caption=${t("deliveries.title")} items=${items} more=${cursor !== null} how=${{ may, names, changed, about: true }} /><//>`)}<//>
    <${ShowMore} list=${list} />
    ${resending.value && html`<${Later} load=${loadResend} organization=${organization} channel=${channel ?? ""} names=${names} onClose=${() => { resending.value = false; list.reload(); }} />`}`;
}

/** @param {{ organization: string, organizations: import("../../places.js").Organization[], narrowed: boolean }} props */
function Nothing({ organization, organizations, narrowed }) {
  if (narrowed) return html`<${Empty} title=${t("deliveries.noMatch")} action=${html`<${Button} onClick=${() => setQuery({ status: null, channel: null })}>${t("filter.clear")}<//>`} />`;
  const below = organizations.filter((one) => one.parent_id === organization);
  if (below.length) return html`<${Empty} title=${t("deliveries.noneHere")} action=${html`<div class="chips">${below.slice(0, 12).map((one) => html`<a key=${one.id} class="chip" href=${`/deliveries?organization=${one.id}`}><${Text} text=${one.name} cut /></a>`)}</div>`}>${t("deliveries.noneHereWords")}<//>`;
  return html`<${Empty} title=${t("deliveries.none")} action=${html`<a class="button" href=${`/policies?organization=${organization}`}>${t("deliveries.addAddress")}</a>`}>${t("deliveries.noneWords")}<//>`;
}
