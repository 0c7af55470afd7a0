// The truth table: everybody who may do something of one page of the product here, as the deciding code itself answers.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { answersTo } from "../../answers.js";
import { api } from "../../api.js";
import { useResource } from "../../resource.js";
import { setQuery } from "../../router.js";
import { permissionTitle } from "../../session.js";
import { actionName } from "../../people/catalogue.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Icon } from "../../components/icon.js";
import { Loaded } from "../../components/loaded.js";
import { Select } from "../../components/select.js";
import { Table } from "../../components/table.js";
import { Text, plainly } from "../../components/text.js";
import { Time } from "../../components/time.js";
import { KINDS, SCOPES, actionsOf, hasKinds, hasScope } from "./question.js";

/** @typedef {import("./question.js").Action} Action */
/** @typedef {import("./question.js").Scope} Scope */
/** @typedef {"yes" | Scope | { kinds: string[] }} Reach `yes`: wholly; else up to this scope, or only for some kinds of requests */
/** @typedef {{ id: string, name: string, may: Map<string, Reach>, by: Set<string> }} Person `by`: the names of the roles and permissions that give it */
/** @typedef {{ people: Person[], complete: boolean }} Everybody */

const PAGE = 200;
const MOST = 3;
/** How many roles and permissions are named below a person. */
const NAMED = 2;
/** How wide the columns are, in the size of letters. */
const PERSON = 15;
const ACTION = 7.5;
/** Shown as one: whom the reader may not see. */
const MANAGING = "managing";

/** @param {{ place: { id: string, name: string }, current: string, area: string }} props */
export function Everybody({ place, current, area }) {
  const all = actionsOf();
  const areas = [...new Set(all.map((action) => action.split(".")[0]))];
  const actions = all.filter((action) => action.split(".")[0] === area);
  const table = useResource((signal) => readTable(place.id, actions, signal), [place.id, area, all.length]);
  const options = areas.map((value) => ({ value, label: t(`area.${value}`) }));
  const end = html`
    <div class="row">
      <${Select} bare hideLabel label=${t("everybody.area")} value=${area} options=${options} onChange=${(/** @type {string} */ value) => setQuery({ area: value })} />
      <${Button} size="small" icon="download" off=${table.data ? null : t("loading")} onClick=${() => table.data && download(table.data, actions, place.name)}>${t("everybody.csv")}<//>
    </div>`;
  const title = html`<span><${Text} text=${t("everybody.title", { organization: place.name })} /><span class="everybody-made">${t("everybody.made")}${table.readAt > 0 && html` · <${Time} at=${new Date(table.readAt).toISOString()} />`}</span></span>`;
  return html`<${Card} title=${title} end=${end} padded=${false}><${Loaded} resource=${table} rows=${5}>${(/** @type {Everybody} */ found) => html`<${Rows} found=${found} actions=${actions} place=${place} current=${current} />`}<//><//>`;
}

/** @param {{ found: Everybody, actions: Action[], place: { name: string }, current: string }} props */
function Rows({ found, actions, place, current }) {
  /** @type {import("../../components/table.js").Column<Person>[]} */
  const columns = [
    { title: t("everybody.person"), card: "title", width: `${PERSON}rem`, cell: (one) => (one.id === MANAGING ? t("who.managing") : html`<a class=${one.id === current ? "everybody-current" : undefined} href=${`/administrators/${one.id}/permissions`}><${Text} text=${one.name} /></a><span class="everybody-by"><${Text} text=${byWords(one.by)} /></span>`) },
    ...actions.map((action) => ({ title: actionName(action), width: `${ACTION}rem`, cell: (/** @type {Person} */ one) => html`<${Cell} reach=${one.may.get(action)} />` })),
  ];
  if (!found.people.length) return html`<p class="card-body quiet">${t("who.nobody")}</p>`;
  return html`
    <div class="everybody" tabindex="0" role="region" aria-label=${t("everybody.title", { organization: place.name })}><${Table} caption=${t("everybody.title", { organization: place.name })} columns=${columns} rows=${found.people} more=${!found.complete} least=${`${PERSON + ACTION * actions.length}rem`} keyOf=${(/** @type {Person} */ one) => one.id} /></div>
    ${!found.complete && html`<p class="card-body quiet small">${t("everybody.more")}</p>`}`;
}

/** The first ones. @param {Set<string>} by */
function byWords(by) {
  const names = [...by];
  const n = names.length - NAMED;
  return n > 0 ? t("everybody.moreBy", { some: names.slice(0, NAMED).join(", "), n }) : names.join(", ");
}

/** @param {{ reach: Reach | undefined }} props */
function Cell({ reach }) {
  if (reach === undefined) return html`<span class="cell-no"><span aria-hidden="true">–</span><span class="only-read">${t("everybody.no")}</span></span>`;
  if (reach === "yes") return html`<span class="cell-yes"><${Icon} name="check" small label=${t("everybody.yes")} /></span>`;
  return html`<span class="cell-yes">${reachWords(reach)}</span>`;
}

/** @param {Reach | undefined} reach */
function reachWords(reach) {
  if (reach === undefined) return t("everybody.no");
  if (reach === "yes") return t("everybody.yes");
  if (typeof reach === "string") return t(`everybody.upTo.${reach}`);
  return reach.kinds.map((kind) => t(`access.kind.${kind}`)).join(", ");
}

/** @param {string} organization @param {Action[]} actions @param {AbortSignal} signal @returns {Promise<Everybody>} */
async function readTable(organization, actions, signal) {
  /** @type {Map<string, Person>} */
  const people = new Map();
  let complete = true;
  const asked = actions.flatMap((action) => (hasScope(action) ? SCOPES : [undefined]).map((scope) => ({ action, scope })));
  const answers = await Promise.all(asked.map(({ action, scope }) => everybodyWho(organization, action, scope, signal)));
  // From the widest scope, so that the order is the server's: those of the organization first.
  for (const [nth, { action, scope }] of asked.entries()) {
    complete &&= answers[nth].complete;
    for (const { administrator, because } of answers[nth].items) {
      const id = "id" in administrator ? administrator.id : MANAGING;
      const one = people.get(id) ?? { id, name: "name" in administrator ? administrator.name : "", may: new Map(), by: new Set() };
      for (const { role, permission } of because) one.by.add(role ? ("name" in role ? role.name : t("who.hiddenRole")) : permissionTitle(permission));
      one.may.set(action, scope === undefined || scope === "organization" ? "yes" : scope);
      people.set(id, one);
    }
  }
  const all = [...people.values()];
  await addKinds(organization, actions.filter(hasKinds), all, signal);
  return { people: all, complete };
}

/** Whoever may not do something for all kinds of requests may do it for some. @param {string} organization @param {Action[]} actions @param {Person[]} people @param {AbortSignal} signal */
async function addKinds(organization, actions, people, signal) {
  const asked = people.filter(({ id }) => id !== MANAGING).flatMap((one) => actions.filter((action) => !one.may.has(action)).flatMap((action) => KINDS.map((kind) => ({ one, action, kind }))));
  const questions = asked.map(({ one, action, kind }) => ({ administrator_id: one.id, action, resource: { organization_id: organization, request_kind: kind } }));
  const answers = await answersTo(questions, signal);
  for (const [nth, { one, action, kind }] of asked.entries()) {
    if (!answers[nth]?.allowed) continue;
    const before = one.may.get(action);
    one.may.set(action, { kinds: [...(typeof before === "object" ? before.kinds : []), kind] });
  }
}

/** @param {string} organization @param {Action} action @param {Scope | undefined} scope @param {AbortSignal} signal */
async function everybodyWho(organization, action, scope, signal) {
  const items = [];
  let cursor = /** @type {string | null} */ (null);
  for (let nth = 0; nth < MOST; nth += 1) {
    const page = await api.get("/v1/authorize/who", { query: { organization_id: organization, action, scope, limit: PAGE, cursor }, signal });
    items.push(...page.items);
    cursor = page.next_cursor;
    if (!cursor) break;
  }
  return { items, complete: cursor === null };
}

/** @param {Everybody} found @param {Action[]} actions @param {string} place */
function download(found, actions, place) {
  const rows = [[t("everybody.person"), ...actions.map(actionName)], ...found.people.map((one) => [plainly(one.name) || t("who.managing"), ...actions.map((action) => reachWords(one.may.get(action)))])];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([rows.map((row) => row.map(csv).join(",")).join("\r\n")], { type: "text/csv" }));
  link.download = `${t("access.title")} – ${plainly(place)}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** A cell that no program takes for a formula. @param {string} text */
const csv = (text) => `"${text.replace(/^(?=[=+\-@\t])/, "'").replaceAll('"', '""')}"`;
