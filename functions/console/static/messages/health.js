// How a provider or an integration is doing, and a test message to an address.

import { html, useSignal } from "../ui.js";
import { rich, t } from "../i18n.js";
import { api } from "../api.js";
import { now } from "../resource.js";
import { Badge } from "../components/badge.js";
import { words } from "../components/problem.js";
import { Said } from "../components/said.js";
import { Text } from "../components/text.js";
import { Time } from "../components/time.js";

/**
 * @typedef {object} Doing
 * @property {string | null} [missing] @property {string | null} [not_called_until] @property {string | null} [last_success_at]
 * @property {string | null} [last_failure_at] @property {string | null} [last_failure] @property {number} [failures]
 */

/** @param {Doing} one @returns {"missing" | "paused" | "failing" | "working" | "unused"} */
export function stateOf(one) {
  if (one.missing) return "missing";
  if (one.not_called_until && Date.parse(one.not_called_until) > now.value) return "paused";
  if (one.last_failure_at && (one.last_success_at ?? "") < one.last_failure_at) return "failing";
  return one.last_success_at ? "working" : "unused";
}

/** Whether it was ever called. @param {Doing} one */
export const isUsed = (one) => Boolean(one.last_success_at || one.last_failure_at);

const KIND = /** @type {const} */ ({ missing: "bad", paused: "bad", failing: "warn", working: "good", unused: "plain" });

/** @param {{ one: Doing }} props */
export function HealthBadge({ one }) {
  const state = stateOf(one);
  return html`<${Badge} kind=${KIND[state]}>${t(`health.${state}`)}<//>`;
}

/** When it last worked and last failed, with what it answered. @param {{ one: Doing }} props */
export function HealthWords({ one }) {
  const success = one.last_success_at ? rich("health.lastSuccess", { time: html`<${Time} at=${one.last_success_at} />` }) : t("health.neverWorked");
  return html`
    <div class="health">
      ${one.missing && html`<p><${Text} text=${one.missing} /></p>`}
      ${!one.missing && html`<p>${success}</p>`}
      ${one.last_failure_at && html`<p>${rich("health.lastFailure", { time: html`<${Time} at=${one.last_failure_at} />` })}${one.last_failure && html`: <${Said} text=${one.last_failure} />`}</p>`}
      ${stateOf(one) === "paused" && html`<p>${rich("health.pausedUntil", { n: one.failures ?? 0, time: html`<${Time} at=${one.not_called_until ?? ""} as="moment" />` })}</p>`}
    </div>`;
}

/** @typedef {{ address: string, state: "sending" | "accepted" | "refused", answer: string }} Tested */

/**
 * Has test messages sent in this way; `tested` is what came of the last one.
 * @param {(address: string) => Promise<import("../api.js").Schemas["TestResult"]>} send @param {() => unknown} [after]
 */
export function useTests(send, after) {
  const tested = useSignal(/** @type {Tested | null} */ (null));
  const test = async (/** @type {string} */ address) => {
    if (tested.peek()?.state === "sending") return;
    tested.value = { address, state: "sending", answer: "" };
    try {
      const { accepted, answer } = await send(address);
      tested.value = { address, state: accepted ? "accepted" : "refused", answer };
    } catch (problem) {
      tested.value = { address, state: "refused", answer: words(problem) };
    }
    after?.();
  };
  return { tested: tested.value, busy: tested.value?.state === "sending", test };
}

/** How long a test message may take: the provider has time to answer. */
export const TEST_LIMIT = 60_000;

/** Sends test messages to addresses. @param {string} organization @param {() => unknown} [after] */
export const useTest = (organization, after) =>
  useTests((address) => api.post("/v1/notifications/test", { body: { organization_id: organization, address }, timeLimit: TEST_LIMIT }), after);

/** @param {{ tested: Tested | null }} props */
export function TestAnswer({ tested }) {
  if (!tested || tested.state === "sending") return html`<div role="status"></div>`;
  const good = tested.state === "accepted";
  return html`<div role="status" class="tested"><span class=${good ? "dot" : "dot dot-bad"}></span><span><b>${t(`test.${tested.state}`, { address: tested.address })}</b> <${Text} text=${tested.answer} /></span></div>`;
}
