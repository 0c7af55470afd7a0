// Push messages in this browser: turning them on and off, a test message, and the other browsers that have them.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api, Problem } from "../../api.js";
import { useResource } from "../../resource.js";
import { useSending } from "../../sending.js";
import { pushRegistration } from "../../worker.js";
import { TEST_LIMIT, TestAnswer, useTests } from "../../messages/health.js";
import { Badge } from "../../components/badge.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Loaded } from "../../components/loaded.js";
import { Note } from "../../components/note.js";
import { Text, plainly } from "../../components/text.js";
import { Time } from "../../components/time.js";
import { programOf } from "./program.js";

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {{ registration: ServiceWorkerRegistration | null, subscription: PushSubscription | null, own: Schemas["PushSubscriptionView"] | undefined, server: Schemas["PushSubscriptionsView"] }} State `own`: that of this browser */

/** @param {AbortSignal} signal @returns {Promise<State>} */
async function readState(signal) {
  const [registration, server] = await Promise.all([pushRegistration(), api.get("/v1/session/push-subscriptions", { signal })]);
  const subscription = (await registration?.pushManager.getSubscription()) ?? null;
  const digest = subscription && (await sha256(subscription.endpoint));
  return { registration, subscription, own: server.items.find((one) => digest && one.endpoint_sha256 === digest), server };
}

/** In hexadecimal. @param {string} text */
async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Why there can be no push messages in this browser, by the key of its words; null if there can. @param {State} state */
function obstacle({ registration, server }) {
  if (!server.public_key) return "push.noKey";
  if (!isSecureContext) return "push.insecure";
  if (!registration) return "push.unsupported";
  return Notification.permission === "denied" ? "push.denied" : null;
}

/** Subscribes this browser, and tells the server. @param {State} state */
async function turnOn({ registration, subscription, server }) {
  const push = registration?.pushManager;
  if (!push || !server.public_key || await Notification.requestPermission() !== "granted") return;
  // One for another key of the deployment, or which the server does not know.
  await subscription?.unsubscribe();
  const made = await push.subscribe({ userVisibleOnly: true, applicationServerKey: server.public_key }).catch(() => null);
  const { endpoint, keys } = made?.toJSON() ?? {};
  if (!made || !endpoint || !keys) throw new Problem(0, { detail: t("push.failed") });
  try {
    const body = { name: programOf(navigator.userAgent).slice(0, 64), endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } };
    await api.post("/v1/session/push-subscriptions", { body });
  } catch (problem) {
    await made.unsubscribe();
    throw problem;
  }
}

/** @param {string} id */
const remove = (id) => api.delete("/v1/session/push-subscriptions/{subscription_id}", { params: { subscription_id: id } });

const sendTest = () => api.post("/v1/session/push-subscriptions/test", { timeLimit: TEST_LIMIT });

/** @param {{ chosen: boolean }} props `chosen`: whether push is among the usual channels */
export function Push({ chosen }) {
  const state = useResource(readState, []);
  return html`
    <${Card} title=${t("push.title")} padded=${false}>
      <${Loaded} resource=${state}>${(/** @type {State} */ present) => html`<${Present} state=${present} chosen=${chosen} reload=${state.reload} />`}<//>
    <//>`;
}

/** @param {{ state: State, chosen: boolean, reload: () => Promise<void> }} props */
function Present({ state, chosen, reload }) {
  const sending = useSending();
  // A browser that is no longer subscribed is removed by the test.
  const { tested, busy, test } = useTests(sendTest, reload);
  const { subscription, own, server } = state;
  const why = obstacle(state);
  const others = server.items.filter((one) => one !== own);
  const change = async (/** @type {() => Promise<unknown>} */ work) => {
    await sending.send(work);
    await reload();
  };
  const off = async () => {
    if (own) await remove(own.id);
    await subscription?.unsubscribe();
  };
  return html`
    <div class="card-body stack push-card">
      <div class="row row-between row-wrap">
        <p>${own ? html`<${Badge} kind="good" icon="check">${t("push.on")}<//>` : t("push.words")}</p>
        <div class="row row-wrap">
        ${server.items.length > 0 && html`<${Button} icon="send" busy=${busy} onClick=${() => test(t("push.yours"))}>${t("test.do")}<//>`}
        ${own
          ? html`<${Button} busy=${sending.busy} onClick=${() => change(off)}>${t("push.turnOff")}<//>`
          : html`<${Button} busy=${sending.busy} off=${why ? t(why) : undefined} onClick=${() => change(() => turnOn(state))}>${t("push.turnOn")}<//>`}
        </div>
      </div>
      <${TestAnswer} tested=${tested} />
      ${why && !own && html`<${Note} icon="lock">${t(why)}<//>`}
      ${own && !chosen && html`<${Note} kind="warn">${t("push.notChosen")}<//>`}
      ${sending.problem}
      <p class="quiet small">${t("push.hint")}</p>
    </div>
    ${others.length > 0 && html`
      <ul class="lines me-others" aria-label=${t("push.others")}>${others.map((one) => html`<${Other} key=${one.id} one=${one} onRemoved=${reload} />`)}</ul>`}`;
}

/** @param {{ one: Schemas["PushSubscriptionView"], onRemoved: () => Promise<void> }} props */
function Other({ one, onRemoved }) {
  const sending = useSending();
  const drop = async () => {
    if (await sending.send(() => remove(one.id))) await onRemoved();
  };
  return html`
    <li class="line">
      <div class="line-what"><b><${Text} text=${one.name} /></b><span class="second">${rich("push.since", { host: one.host, time: html`<${Time} at=${one.created_at} as="moment" />` })}</span>${sending.problem}</div>
      <${Button} size="small" busy=${sending.busy} label=${t("push.removeOne", { name: plainly(one.name) })} onClick=${drop}>${t("push.remove")}<//>
    </li>`;
}
