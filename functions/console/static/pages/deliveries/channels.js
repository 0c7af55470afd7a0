// How the providers of the deployment and the integrations of an organization are doing, and a test message to any address.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { useReread, useResource } from "../../resource.js";
import { who } from "../../session.js";
import { CHANNEL_ICONS } from "../../messages/channels.js";
import { HealthBadge, HealthWords, TestAnswer, isUsed, useTest } from "../../messages/health.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Field } from "../../components/field.js";
import { Icon } from "../../components/icon.js";
import { Loaded } from "../../components/loaded.js";
import { Text, plainly } from "../../components/text.js";

/** @typedef {import("../../api.js").Schemas} Schemas */

const AGAIN = 15_000;

/** @param {{ organization: string, names: Record<string, string>, may: import("../../may.js").May }} props */
export function Channels({ organization, names, may }) {
  const channels = useResource((signal) => api.get("/v1/notifications/channels", { query: { organization_id: organization }, signal }), [organization]);
  useReread(channels, AGAIN);
  const off = may.off("integrations.create");
  return html`
    <${AnyAddress} organization=${organization} off=${off} after=${channels.reload} />
    <${Loaded} resource=${channels} names=${names} rows=${4}>${(/** @type {Schemas["ChannelsView"]} */ { providers, integrations }) => html`
      <${Card} title=${t("providers.title")} end=${t("providers.end")} padded=${false}>
        <ul class="item-lines">${providers.filter(isThere).map((one) => html`<${Provider} key=${one.place} one=${one} organization=${organization} off=${off} after=${channels.reload} />`)}</ul>
      <//>
      <${Card} title=${t("providers.integrations")} end=${html`<a href=${`/integrations?organization=${organization}`}>${t("providers.manage")}</a>`} padded=${false}>
        ${integrations.length
          ? html`<ul class="item-lines">${integrations.map((one) => html`<${Integration} key=${one.id} one=${one} organization=${organization} off=${off} after=${channels.reload} />`)}</ul>`
          : html`<p class="padded quiet">${t("providers.noIntegrations")}</p>`}
      <//>`}<//>`;
}

/** A fallback that nobody has set up is not missing, and neither is a push service that no browser uses. @param {Schemas["ProviderView"]} one */
const isThere = (one) => one.channel === "push" ? isUsed(one) : Boolean(one.provider || one.missing || !one.place.endsWith("_fallback"));

/** @param {{ organization: string, off: any, after: () => unknown }} props */
function AnyAddress({ organization, off, after }) {
  const address = useSignal(who.value?.administrator.email ?? "");
  const { tested, busy, test } = useTest(organization, after);
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!off && address.value.trim()) test(address.value.trim());
  };
  return html`
    <div class="test-card"><${Card} title=${t("test.title")}>
      <form class="stack" method="post" onSubmit=${send}>
        <div class="test-form"><${Field} label=${t("test.address")} hint=${t("test.hint")} name="address" autocomplete="off" spellcheck=${false} maxlength="318" value=${address.value} onInput=${(/** @type {string} */ value) => { address.value = value; }} />
          <${Button} type="submit" icon="send" busy=${busy} off=${off ?? (address.value.trim() ? undefined : t("test.noAddress"))}>${t("test.do")}<//></div>
        <${TestAnswer} tested=${tested} />
      </form>
    <//></div>`;
}

/** @param {{ one: Schemas["ProviderView"], organization: string, off: any, after: () => unknown }} props */
function Provider({ one, organization, off, after }) {
  const open = useSignal(false);
  const address = useSignal(one.channel === "email" ? who.value?.administrator.email ?? "" : "");
  const { tested, busy, test } = useTest(organization, after);
  const name = t(`providers.place.${one.place}`);
  const full = one.channel === "sms" && !address.value.startsWith("sms:") ? `sms:${address.value.trim()}` : address.value.trim();
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!off && address.value.trim()) test(full);
  };
  return html`
    <li class="channel">
      <${Icon} name=${CHANNEL_ICONS[one.channel]} />
      <div class="item-words"><span><b>${name}</b>${one.provider && html` <span class="quiet"><${Text} text=${one.provider} /></span>`}</span><${HealthWords} one=${one} /></div>
      <${HealthBadge} one=${one} />
      ${one.channel === "push" && html`<a class="button button-plain button-small" href="/me/notifications" aria-label=${t("providers.testPush")}>${t("test.short")}</a>`}
      ${one.channel !== "push" && !one.place.endsWith("_fallback") && html`<${Button} size="small" expanded=${open.value} off=${off} label=${t("test.of", { channel: name })} onClick=${() => { open.value = !open.value; }}>${t("test.short")}<//>`}
      ${open.value && html`<form class="test-form" method="post" onSubmit=${send}>
        <${Field} label=${t(`test.to.${one.channel}`)} name=${`test-${one.place}`} takesFocus autocomplete="off" value=${address.value} onInput=${(/** @type {string} */ value) => { address.value = value; }} />
        <${Button} type="submit" busy=${busy} off=${address.value.trim() ? undefined : t("test.noAddress")}>${t("test.send")}<//></form>`}
      <${TestAnswer} tested=${tested} />
    </li>`;
}

/** @param {{ one: Schemas["IntegrationHealthView"], organization: string, off: any, after: () => unknown }} props */
function Integration({ one, organization, off, after }) {
  const { tested, busy, test } = useTest(organization, after);
  return html`
    <li class="channel">
      <${Icon} name=${CHANNEL_ICONS[one.channel]} />
      <div class="item-words"><b><${Text} text=${one.address} /></b><${HealthWords} one=${one} /></div>
      <${HealthBadge} one=${one} />
      <${Button} size="small" busy=${busy} off=${off} label=${t("test.of", { channel: plainly(one.address) })} onClick=${() => test(one.address)}>${t("test.short")}<//>
      <${TestAnswer} tested=${tested} />
    </li>`;
}
