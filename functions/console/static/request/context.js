// What is said of a request's surroundings at first sight: how the like was decided, and how many were told.

import { html } from "../ui.js";
import { rich, t } from "../i18n.js";
import { api } from "../api.js";
import { everything } from "../everything.js";
import { useRepeated, useResource } from "../resource.js";
import { Text } from "../components/text.js";
import { Time } from "../components/time.js";

/** @typedef {import("../api.js").Schemas} Schemas */
/** @typedef {Schemas["RequestView"]} Request */

/** How often it is looked whether a message that waits was sent. */
const EVERY = 10_000;

/** How the like was decided before. @param {Request} request */
export function useEarlier(request) {
  return useResource(async (signal) => (await api.get("/v1/requests/{request_id}/earlier", { params: { request_id: request.id }, signal })).items, [request.id]);
}

/** In one sentence. @param {{ one: Schemas["EarlierRequest"] }} props */
export function Earlier({ one }) {
  const { decision } = one;
  const name = html`<a href=${`/requests/${one.id}`}><${Text} file text=${one.name} /></a>`;
  const same = one.same[0] ?? "file";
  if (!decision) return html`<span>${rich(`before.${same}.${one.status}`.replace(/\.(pending|expired|cancelled)$/, ".undecided"), { name, time: html`<${Time} at=${one.created_at} as="day" />` })}</span>`;
  const by = decision.administrator ? decision.administrator.name : t("person.managing");
  return html`<span>${rich(`before.${same}`, { name, outcome: t(decision.revoked_at ? "before.outcome.revoked" : `before.outcome.${decision.outcome}.${decision.scope}`), time: html`<${Time} at=${decision.at} as="day" />`, by })}</span>`;
}

/** Everything that happened, with who was told of it. It is read again while a message waits. @param {Request} request */
export function useTimeline(request) {
  const timeline = useResource(async (signal) => (await everything((cursor) => api.get("/v1/requests/{request_id}/timeline", { params: { request_id: request.id }, query: { cursor }, signal }))).items, [request.id, request.revision]);
  useRepeated(async () => {
    if (timeline.data?.some(({ told }) => told.some(({ status }) => status === "pending"))) await timeline.reload();
  }, EVERY);
  return timeline;
}

/** How many messages went out and how many are there to go. @param {Schemas["TimelineEntry"][]} entries */
export function toldCount(entries) {
  const messages = entries.flatMap(({ told }) => told);
  const more = entries.reduce((sum, { more_told: n }) => sum + n, 0);
  return { sent: messages.filter(({ status }) => status === "sent").length, all: messages.length + more };
}
