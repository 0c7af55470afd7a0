// Of what an administrator is notified, and by which channels. What only they can set is named.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useMay } from "../../may.js";
import { namesOf } from "../../places.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Check } from "../../components/check.js";
import { Chips } from "../../components/chip.js";
import { Form } from "../../components/form.js";
import { Note } from "../../components/note.js";
import { Time } from "../../components/time.js";

/** @typedef {import("../../api.js").Schemas["AdministratorView"]} Administrator */
/** @typedef {import("../../api.js").Schemas["Channel"]} Channel */

/** The ways to a person; chat rooms and webhooks are an organization's, not a person's. */
const CHANNELS = /** @type {const} */ (["email", "sms", "push"]);

/** @param {{ one: Administrator, set: (one: Administrator) => void }} props */
export function Notifications({ one, set }) {
  const onRequest = useSignal(one.notify_on_request);
  const handled = useSignal(one.notify_on_handled === null || one.notify_on_handled === undefined ? "default" : one.notify_on_handled ? "yes" : "no");
  const channels = useSignal(/** @type {Channel[]} */ (CHANNELS.filter((each) => one.channels.includes(each))));
  const saved = useSignal(false);
  const off = useMay(one.organization.id, ["administrators.edit"], namesOf([one.organization])).off("administrators.edit");
  const save = async () => {
    const body = { notify_on_request: onRequest.value, notify_on_handled: { default: null, yes: true, no: false }[handled.value], channels: channels.value };
    set(await api.patch("/v1/administrators/{administrator_id}", { params: { administrator_id: one.id }, ifMatch: one.revision, body }));
    saved.value = true;
  };
  const tick = (/** @type {Channel} */ channel) => (/** @type {boolean} */ on) => {
    channels.value = CHANNELS.filter((each) => (each === channel ? on : channels.value.includes(each)));
    saved.value = false;
  };
  const choices = ["default", "yes", "no"].map((value) => ({ value, label: t(`notify.handled.${value}`) }));
  const offSave = off ? true : channels.value.length === 0 ? t("notify.atLeastOne") : null;
  return html`
    <div class="update-body update-column">
      ${off && html`<${Note} icon="lock" title=${t("notify.off")}>${off}<//>`}
      ${one.away && html`<${Note} kind="info" icon="clock" title=${t("notify.away")}>${rich("notify.awaySpan", { from: html`<${Time} at=${one.away.from} as="moment" />`, until: html`<${Time} at=${one.away.until} as="moment" />` })}<//>`}
      <${Card}>
        <${Form} label=${t("update.tab.notifications")} onSubmit=${save}>${(/** @type {{ busy: boolean }} */ { busy }) => html`
          <div><${Check} checked=${onRequest.value} off=${Boolean(off)} onChange=${(/** @type {boolean} */ on) => { onRequest.value = on; saved.value = false; }}><b>${t("notify.onRequest")}</b><br /><span class="quiet small">${t("notify.onRequestHint")}</span><//></div>
          <${Chips} legend=${t("notify.onHandled")} value=${handled.value} options=${choices} off=${Boolean(off)} onChange=${(/** @type {string} */ value) => { handled.value = value; saved.value = false; }} />
          <fieldset class="options-set"><legend class="field-label">${t("notify.channels")}</legend>
            <p class="hint">${t("notify.channelsHint")}</p>
            <div class="channel-checks">${CHANNELS.map((channel) => html`<${Check} key=${channel} checked=${channels.value.includes(channel)} off=${Boolean(off)} onChange=${tick(channel)}>${t(`channel.${channel}`)}<//>`)}</div>
          </fieldset>
          <div class="row"><${Button} type="submit" kind="primary" busy=${busy} off=${offSave}>${t("notify.save")}<//>${saved.value && html`<span role="status" class="quiet">${t("notify.saved")}</span>`}</div>`}<//>
      <//>
      <p class="quiet small">${rich("notify.own", { name: one.name })}</p>
    </div>`;
}
