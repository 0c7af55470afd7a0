// What surrounds a request: others that wait for the same, decisions about the like, who was told, who can decide, notes and history. Each
// is read when it is shown.

import { html, useSignal } from "../ui.js";
import { hasText, rich, t } from "../i18n.js";
import { computerName } from "../format.js";
import { api } from "../api.js";
import { usePages } from "../pages.js";
import { groupsOf } from "../places.js";
import { useResource } from "../resource.js";
import { mayBeUseful, who } from "../session.js";
import { Badge } from "../components/badge.js";
import { Confirm } from "../components/confirm.js";
import { Loaded } from "../components/loaded.js";
import { ShowMore } from "../components/more.js";
import { useOpening } from "../components/opening.js";
import { Person } from "../components/person.js";
import { Place } from "../components/place.js";
import { Said } from "../components/said.js";
import { Quote, Text } from "../components/text.js";
import { Time } from "../components/time.js";
import { decidersPage } from "../decision/out-of-reach.js";
import { Earlier } from "./context.js";

/** @typedef {import("../api.js").Schemas} Schemas */
/** @typedef {Schemas["RequestView"]} Request */

const FEW = 3;

/** Pending requests of other computers of the organization for the same subject, with what those who ask say. @param {Request} request */
function useOthers(request) {
  const wanted = request.subject.sha256 ?? request.subject.device?.id ?? "";
  return usePages(async (cursor, signal) => {
    const page = await api.get("/v1/requests", { query: { organization_id: request.organization.id, below: false, status: "pending", kind: request.kind, q: wanted, order: "oldest", cursor }, signal });
    return { ...page, items: page.items.filter(({ id }) => id !== request.id) };
  }, [request.id, request.matching.count]);
}

/**
 * The names of their groups. That of the request is known; others are read once, and the list does not wait for them.
 * @param {Request} request @param {Schemas["RequestRow"][]} rows @returns {Record<string, string | null | undefined>}
 */
function useGroupNames({ organization, group }, rows) {
  const elsewhere = rows.some(({ group_id: id }) => id !== group.id);
  const groups = useResource(async (signal) => (elsewhere ? groupsOf(organization.id, signal) : []), [organization.id, elsewhere]);
  return { ...Object.fromEntries((groups.data ?? []).map(({ id, name }) => [id, name])), [group.id]: group.name };
}

/** @param {{ request: Request }} props */
export function OthersWaiting({ request }) {
  const others = useOthers(request);
  const groupNames = useGroupNames(request, others.data?.items ?? []);
  const all = useSignal(false);
  return html`
    <${Loaded} resource=${others} rows=${2}>${(/** @type {{ items: Schemas["RequestRow"][] }} */ { items: rows }) => {
      const shown = all.value ? rows : rows.slice(0, FEW);
      return html`
        <ul class="lines">${shown.map((row) => html`
          <li key=${row.id} class="line"><span class="line-what"><a href=${`/requests/${row.id}`}><${Text} text=${row.requester.username} /></a>${row.details?.reason && html`<span class="line-more">${rich("text.quoted", { text: row.details.reason })}</span>`}</span><span class="line-where"><${Place} computer=${computerName(row.computer)} group=${groupNames[row.group_id]} /></span><span class="line-end"><${Time} at=${row.created_at} as="age" /></span></li>`)}
        </ul>
        ${shown.length < rows.length && html`<div class="line"><button type="button" class="link link-plain" onClick=${() => { all.value = true; }}>${t("waiting.more", { n: rows.length - shown.length })}</button></div>`}
        ${shown.length === rows.length && html`<${ShowMore} list=${others} />`}`;
    }}<//>`;
}

/** @param {{ items: Schemas["EarlierRequest"][] }} props */
export function EarlierList({ items }) {
  if (!items.length) return html`<p class="quiet">${t("before.none")}</p>`;
  return html`<ul class="lines">${items.map((one) => html`<li key=${one.id} class="line line-text"><${Earlier} one=${one} /></li>`)}</ul>`;
}

/** @type {Record<string, "good" | "bad" | "warn" | "plain">} */
const STATE = { sent: "good", delivered: "good", read: "good", failed: "bad", bounced: "bad", pending: "warn" };

/** Its state, or what its provider reported since, and when. @param {Schemas["TimelineMessage"]} message @returns {[string, string]} */
function stateOf({ status, bounced_at, read_at, delivered_at, updated_at }) {
  if (bounced_at) return ["bounced", bounced_at];
  if (read_at && status !== "pending") return ["read", read_at];
  return delivered_at && status !== "pending" ? ["delivered", delivered_at] : [status, updated_at];
}

/** @param {{ entries: Schemas["TimelineEntry"][], request: Request }} props */
export function WhoWasTold({ entries, request }) {
  const messages = entries.flatMap((entry) => entry.told.map((message) => ({ act: entry.act, message })));
  if (!messages.length) return html`<p class="quiet">${t("told.nobody")}</p>`;
  return html`<ul class="lines">${messages.map(({ act, message }) => {
    const [state, since] = stateOf(message);
    return html`<li key=${message.notification_id} class="line">
      <span class="line-what"><${Person} name=${message.address} /><span class="line-more">${t(`channel.${message.channel}`)} · ${hasText(`act.short.${act}`) ? t(`act.short.${act}`) : act}${message.last_answer && message.status !== "sent" && html` · <${Said} text=${message.last_answer} />`}</span></span>
      <span class="line-end"><${Badge} kind=${STATE[state] ?? "plain"}>${t(`delivery.${state}`)}<//> <${Time} at=${since} as="age" /></span>
    </li>`;
  })}
    ${mayBeUseful("notifications.view") && html`<li class="line line-text"><a href=${`/deliveries?organization=${request.organization.id}&request=${request.id}`}>${t("told.all")}</a></li>`}</ul>`;
}

/** @param {{ request: Request }} props */
export function WhoCanDecide({ request }) {
  const deciders = usePages((cursor, signal) => decidersPage(request.id, cursor, signal), [request.id]);
  return html`
    <${Loaded} resource=${deciders} rows=${2}>${(/** @type {{ items: Schemas["PossibleDecider"][] }} */ { items: people }) => (people.length
      ? html`<ul class="lines">${people.map((one, nth) => html`<li key=${one.administrator?.id ?? nth} class="line"><span class="line-what"><${Person} name=${one.administrator?.name} />${one.not_told && html`<span class="line-more">${t(`notTold.${one.not_told}`)}</span>`}</span><span class="line-end">${t(one.approves ? `deciders.${one.approves}` : "deciders.denies")}</span></li>`)}</ul>`
      : html`<p class="quiet">${t("reach.nobody")}</p>`)}<//>
    <${ShowMore} list=${deciders} />`;
}

/** @param {{ request: Request }} props */
export function Notes({ request }) {
  const notes = usePages((cursor, signal) => api.get("/v1/requests/{request_id}/notes", { params: { request_id: request.id }, query: { cursor }, signal }), [request.id, request.revision]);
  const removing = useOpening(/** @type {string | null} */ (null));
  const close = removing.close;
  const removed = () => {
    close();
    notes.reload();
  };
  const mayRemove = (/** @type {Schemas["RequestNote"]} */ { administrator, text }) => Boolean(text) && (administrator.id === who.value?.administrator.id || mayBeUseful("requests.flag"));
  return html`
    <${Loaded} resource=${notes} rows=${1}>${(/** @type {{ items: Schemas["RequestNote"][] }} */ { items }) => items.length > 0 && html`
      <ul class="notes">${items.map((note) => html`<li key=${note.id}>${note.text === null || note.text === undefined ? html`<p class="quiet">${t("notes.removed")}</p>` : html`<${Quote} text=${note.text} />`}<p class="reason-by"><${Text} text=${note.administrator.name} />, <${Time} at=${note.at} />${mayRemove(note) && html` · <button type="button" class="link" onClick=${() => { removing.show(note.id); }}>${t("notes.remove")}</button>`}</p></li>`)}</ul>`}<//>
    <${ShowMore} list=${notes} />
    ${removing.what && html`<${Confirm} title=${t("notes.removeTitle")} action=${t("notes.remove")} safe=${t("notes.keep")} work=${() => api.delete("/v1/requests/{request_id}/notes/{note_id}", { params: { request_id: request.id, note_id: removing.what ?? "" } })} onDone=${removed} onClose=${close} names=${{ [request.organization.id]: request.organization.name }}><p>${t("notes.removeWords")}</p><//>`}`;
}

/** @param {{ entries: Schemas["TimelineEntry"][] }} props */
export function History({ entries }) {
  return html`<ol class="lines">${[...entries].reverse().map((entry, nth) => html`
    <li key=${entry.event_id ?? nth} class="line line-text"><span class="line-what">${actWords(entry)}</span><span class="line-end"><${Time} at=${entry.at} as="ago" /></span></li>`)}</ol>`;
}

/** @param {Schemas["TimelineEntry"]} entry */
function actWords(entry) {
  const detail = /** @type {Record<string, any>} */ (entry.detail);
  const actor = /** @type {{ name?: string, kind: string }} */ (entry.actor);
  const name = actor.name ?? (actor.kind === "computer" ? detail.hostname ?? t("actor.computer") : hasText(`actor.${actor.kind}`) ? t(`actor.${actor.kind}`) : t("person.managing"));
  const key = `act.${entry.act}`;
  const outcome = typeof detail.after?.status === "string" ? t(`status.${detail.after.status}`).toLowerCase() : "";
  const taker = detail.after && (detail.after.administrator_name ?? t("person.managing"));
  if (entry.act === "request.assigned") return rich(taker ? (taker === name ? "act.taken" : "act.handedOver") : "act.released", { name, taker: taker ?? "" });
  return hasText(key) ? rich(key, { name, user: String(detail.username ?? ""), outcome }) : `${entry.act}`;
}
