// Of what an administrator is notified, and by which channels. What only they can set is named.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useDraft } from "../../draft.js";
import { useMay } from "../../may.js";
import { namesOf } from "../../places.js";
import { Check } from "../../components/check.js";
import { Chips } from "../../components/chip.js";
import { EditCard } from "../../components/edit-card.js";
import { Note } from "../../components/note.js";
import { Time } from "../../components/time.js";

/** @typedef {import("../../api.js").Schemas["AdministratorView"]} Administrator */
/** @typedef {import("../../api.js").Schemas["Channel"]} Channel */

/** The ways to a person; chat rooms and webhooks are an organization's, not a person's. */
const CHANNELS = /** @type {const} */ (["email", "sms", "push"]);

/** @param {Administrator} one @returns {{ onRequest: boolean, handled: "default" | "yes" | "no", channels: Channel[] }} */
const valuesOf = (one) => ({
  onRequest: one.notify_on_request,
  handled: one.notify_on_handled === null || one.notify_on_handled === undefined ? "default" : one.notify_on_handled ? "yes" : "no",
  channels: CHANNELS.filter((each) => one.channels.includes(each)),
});

/** @param {{ one: Administrator, set: (one: Administrator) => void, reload: () => Promise<void> }} props */
export function Notifications({ one, set, reload }) {
  const draft = useDraft(valuesOf(one), one.id);
  const { onRequest, handled, channels } = draft.values;
  const names = namesOf([one.organization]);
  const off = useMay(one.organization.id, ["administrators.edit"], names).off("administrators.edit");
  const save = async () => {
    const body = { notify_on_request: onRequest, notify_on_handled: { default: null, yes: true, no: false }[handled], channels };
    set(await api.patch("/v1/administrators/{administrator_id}", { params: { administrator_id: one.id }, ifMatch: one.revision, body }));
  };
  const tick = (/** @type {Channel} */ channel) => (/** @type {boolean} */ on) => draft.set({ channels: CHANNELS.filter((each) => (each === channel ? on : channels.includes(each))) });
  const choices = ["default", "yes", "no"].map((value) => ({ value, label: t(`notify.handled.${value}`) }));
  const offSave = off ?? (channels.length === 0 ? t("notify.atLeastOne") : undefined);
  return html`
    <div class="update-body update-column">
      ${one.away && html`<${Note} kind="info" icon="clock" title=${t("notify.away")}>${rich("notify.awaySpan", { from: html`<${Time} at=${one.away.from} as="moment" />`, until: html`<${Time} at=${one.away.until} as="moment" />` })}<//>`}
      <${EditCard} title=${t("update.tab.notifications")} draft=${draft} save=${save} off=${offSave} reload=${reload} names=${names}>${() => html`
        <div><${Check} checked=${onRequest} off=${Boolean(off)} onChange=${(/** @type {boolean} */ on) => draft.set({ onRequest: on })}><b>${t("notify.onRequest")}</b><br /><span class="quiet small">${t("notify.onRequestHint")}</span><//></div>
        <${Chips} legend=${t("notify.onHandled")} value=${handled} options=${choices} off=${Boolean(off)} onChange=${(/** @type {any} */ value) => draft.set({ handled: value })} />
        <fieldset class="options-set"><legend class="field-label">${t("notify.channels")}</legend>
          <p class="hint">${t("notify.channelsHint")}</p>
          <div class="channel-checks">${CHANNELS.map((channel) => html`<${Check} key=${channel} checked=${channels.includes(channel)} off=${Boolean(off)} onChange=${tick(channel)}>${t(`channel.${channel}`)}<//>`)}</div>
        </fieldset>`}
      <//>
      <p class="quiet small">${rich("notify.own", { name: one.name })}</p>
    </div>`;
}
