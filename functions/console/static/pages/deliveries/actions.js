// What can be done with a message that did not arrive: send it again, or put its address right.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useSending } from "../../sending.js";
import { Button } from "../../components/button.js";
import { Confirm } from "../../components/confirm.js";
import { useOpening } from "../../components/opening.js";
import { Text, plainly } from "../../components/text.js";
import { stateOf } from "./columns.js";

/** @typedef {import("./log.js").Delivery} Delivery */

/** @param {{ one: Delivery, may: import("../../may.js").May, names: Record<string, string>, changed: (one: Delivery) => void }} props */
export function RowActions({ one, may, names, changed }) {
  const asking = useOpening();
  const state = stateOf(one);
  const address = plainly(one.address ?? t("person.managing"));
  const off = may.off("notifications.resend");
  const right = () => {
    asking.close();
    changed({ ...one, bounce: null });
  };
  if (one.bounce && state === "bounced") {
    return html`
      <${Button} size="small" off=${off} label=${t("deliveries.putRightOne", { address })} onClick=${() => { asking.show(true); }}>${t("deliveries.putRight")}<//>
      ${asking.what && html`<${PutRight} one=${one} names=${names} onClose=${asking.close} onDone=${right} />`}`;
  }
  if (!["failed", "bounced", "retrying", "skipped"].includes(state)) return null;
  return html`<${SendAgain} one=${one} off=${off} names=${names} address=${address} changed=${changed} />`;
}

/** @param {{ one: Delivery, off: any, names: Record<string, string>, address: string, changed: (one: Delivery) => void }} props */
function SendAgain({ one, off, names, address, changed }) {
  const sending = useSending({ names });
  const send = () => sending.send(async () => {
    changed(await api.post("/v1/notifications/{notification_id}/resend", { params: { notification_id: one.id } }));
  });
  return html`<div class="delivery-act"><${Button} size="small" busy=${sending.busy} off=${off} label=${t("deliveries.resendOne", { address })} onClick=${send}>${t("deliveries.resend")}<//>${sending.problem}</div>`;
}

/** @param {{ one: Delivery, names: Record<string, string>, onClose: () => void, onDone: () => void }} props */
function PutRight({ one, names, onClose, onDone }) {
  const address = one.address ?? t("person.managing");
  const work = () => api.delete("/v1/notifications/{notification_id}/bounce", { params: { notification_id: one.id } });
  return html`
    <${Confirm} kind="primary" title=${t("putRight.title", { address: plainly(address) })} action=${t("putRight.do")} work=${work} onDone=${onDone} onClose=${onClose} names=${names}>
      <p>${rich("putRight.reason", { reason: html`<${Text} text=${one.bounce?.reason ?? ""} />` })}</p>
      <p>${t("putRight.words")}</p>
      <p class="quiet">${t("putRight.provider")}</p>
    <//>`;
}
