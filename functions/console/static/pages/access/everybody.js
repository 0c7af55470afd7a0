// The truth table: everybody of an organization, and those of others who may do something of one page of the product there, as the
// deciding code itself answers.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { PAGE, everything } from "../../everything.js";
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
/** @typedef {{ id: string, name: string, may: Map<string, Reach>, by: Set<string> }} Person `by`: the names of the roles and permissions that give it, or why none counts */
/** @typedef {{ action: Action, scope?: Scope, request_kind?: typeof KINDS[number] }} Asked */
/** @typedef {{ people: Person[], complete: boolean }} Everybody */

/** How many pages of an answer are read. */
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
  const known = (/** @type {string} */ id, /** @type {string} */ name) => {
    const one = people.get(id) ?? { id, name, may: new Map(), by: new Set() };
    people.set(id, one);
    return one;
  };
  // A wider scope replaces a narrower one. Who may not do something for all kinds of requests may do it for some.
  /** @type {Asked[]} */
  const asked = [
    ...actions.flatMap((action) => (hasScope(action) ? SCOPES : [undefined]).map((scope) => ({ action, scope }))),
    ...actions.filter(hasKinds).flatMap((action) => KINDS.map((kind) => ({ action, request_kind: kind }))),
  ];
  const [answers, members] = await Promise.all([Promise.all(asked.map((one) => everybodyWho(organization, one, signal))), membersOf(organization, signal)]);
  for (const [nth, { action, scope, request_kind: kind }] of asked.entries()) {
    for (const { administrator, because } of answers[nth].items) {
      const one = "id" in administrator ? known(administrator.id, administrator.name) : known(MANAGING, "");
      for (const { role, permission } of because) one.by.add(role ? ("name" in role ? role.name : t("who.hiddenRole")) : permissionTitle(permission));
      const before = one.may.get(action);
      if (!kind) one.may.set(action, scope === undefined || scope === "organization" ? "yes" : scope);
      else if (before === undefined || typeof before === "object") one.may.set(action, { kinds: [...(before?.kinds ?? []), kind] });
    }
  }
  // Last those who may do none of it.
  for (const { id, name, state } of members.items) {
    const one = known(id, name);
    if (state !== "active") one.by.add(t(`state.${state}`));
  }
  return { people: [...people.values()], complete: members.complete && answers.every(({ complete }) => complete) };
}

/** @param {string} organization @param {AbortSignal} signal */
const membersOf = (organization, signal) => everything((cursor) => api.get("/v1/administrators", { query: { organization_id: organization, limit: PAGE, cursor }, signal }));

/** @param {string} organization @param {Asked} asked @param {AbortSignal} signal */
async function everybodyWho(organization, asked, signal) {
  const items = [];
  let cursor = /** @type {string | null} */ (null);
  for (let nth = 0; nth < MOST; nth += 1) {
    const page = await api.get("/v1/authorize/who", { query: { organization_id: organization, ...asked, limit: PAGE, cursor }, signal });
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
