// Deliveries as a table, and on a phone as lines with what matters there.

import { html } from "../../ui.js";
import { useNarrow } from "../../components/narrow.js";
import { NearList } from "../../components/near-list.js";
import { Table } from "../../components/table.js";
import { Time } from "../../components/time.js";
import { RowActions } from "./actions.js";
import { State, To, What, Why, columns, stateSince } from "./columns.js";

/** @typedef {import("./log.js").Delivery} Delivery */
/** @typedef {import("../../components/near-list.js").At} At */
/** @typedef {{ may: import("../../may.js").May, names: Record<string, string>, changed: (one: Delivery) => void, about?: boolean, unsent?: boolean }} How `about`: what each reports, with a link to all messages of the request; `unsent`: those that are not to be sent */

/** @param {{ caption: string, items: Delivery[], more: boolean, how: How }} props `more`: whether there may be others that were not read */
export function DeliveryList({ caption, items, more, how }) {
  const narrow = useNarrow();
  if (!narrow) return html`<div class="deliveries"><${Table} caption=${caption} columns=${columns(how)} rows=${items} more=${more} keyOf=${(/** @type {Delivery} */ one) => one.id} /></div>`;
  return html`<${NearList} label=${caption} name="item-lines" items=${items} more=${more} keyOf=${(/** @type {Delivery} */ one) => one.id} row=${(/** @type {Delivery} */ one, /** @type {At} */ at) => html`<${Line} key=${one.id} at=${at} one=${one} how=${how} />`} />`;
}

/** @param {{ one: Delivery, how: How, at: At }} props */
function Line({ one, how, at }) {
  return html`
    <li class="delivery-line" ...${at}>
      <div><b><${To} one=${one} /></b><span><${State} one=${one} /></span></div>
      <div class="small"><span><${What} one=${one} about=${how.about} /></span><span class="quiet"><${Time} at=${stateSince(one)} /></span></div>
      ${(one.status !== "sent" || one.bounce || one.bounced_at) && html`<div class="small quiet"><span><${Why} one=${one} /></span><span><${RowActions} key=${one.revision} one=${one} may=${how.may} names=${how.names} changed=${how.changed} /></span></div>`}
    </li>`;
}
