// Search or go to: pages, organizations, requests, computers and people by what is typed. What the reader may not see is not asked for.

import { html, useSignal } from "../ui.js";
import { t } from "../i18n.js";
import { computerName } from "../format.js";
import { api } from "../api.js";
import { ifMay } from "../may.js";
import { areas } from "../navigation.js";
import { organizationOf, usePlaces } from "../places.js";
import { query } from "../router.js";
import { useResource } from "../resource.js";
import { mayBeUseful } from "../session.js";
import { useSettled } from "../settled.js";
import { Button } from "../components/button.js";
import { Dialog } from "../components/dialog.js";
import { Field } from "../components/field.js";
import { Icon } from "../components/icon.js";
import { ProblemNote } from "../components/problem.js";
import { Text, plainly } from "../components/text.js";
import { findOpen } from "./find-open.js";

/** @typedef {{ href: string, name: string, beside?: string, icon: string }} Found */
/** @typedef {{ title: string, all: Found[] }} Kind */

const FEW = 5;
const TYPING = 250;
/** In how many organizations computers are looked for, and in how many of them at once. */
const PLACES = 48;
const AT_ONCE = 6;

export function Finder() {
  const typed = useSignal("");
  const wanted = useSettled(typed.value.trim(), TYPING);
  const places = usePlaces();
  const found = useResource((signal) => search(wanted, places, signal), [wanted, places.length]);
  const close = () => { findOpen.value = false; };
  const kinds = [...here(typed.value.trim(), places), ...(wanted === typed.value.trim() ? found.data ?? [] : [])].filter(({ all }) => all.length);
  const waits = wanted !== typed.value.trim() || found.loading;
  const first = (/** @type {Event} */ event) => {
    event.preventDefault();
    const link = document.querySelector(".finder a");
    if (link instanceof HTMLElement) link.click();
  };
  return html`
    <${Dialog} title=${t("find.title")} onClose=${close} actions=${html`<${Button} onClick=${close}>${t("keys.close")}<//>`}>
      <form method="post" role="search" onSubmit=${first} onKeyDown=${walk} class="finder">
        <${Field} label=${t("find.label")} hint=${t("find.hint")} name="find" type="search" maxlength="254" autocomplete="off" takesFocus value=${typed.value} onInput=${(/** @type {string} */ text) => { typed.value = text; }} />
        ${kinds.map(({ title, all }) => html`<section key=${title}><h3 class="label">${t(title)}</h3><ul class="plain-list">${all.map((one) => html`<${Line} key=${one.href} one=${one} onOpen=${close} />`)}</ul></section>`)}
        ${found.problem !== null && html`<${ProblemNote} problem=${found.problem} />`}
        ${!kinds.length && !waits && html`<p class="quiet" role="status">${t("find.nothing")}</p>`}
      </form>
    <//>`;
}

/** @param {{ one: Found, onOpen: () => void }} props */
const Line = ({ one, onOpen }) => html`<li><a class="plain-row" href=${one.href} onClick=${onOpen}><${Icon} name=${one.icon} small /><${Text} text=${one.name} cut />${one.beside && html`<span class="quiet small"><${Text} text=${one.beside} cut /></span>`}</a></li>`;

/** Up and down go from one to the next. @param {KeyboardEvent} event */
function walk(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const all = [.../** @type {HTMLElement} */ (event.currentTarget).querySelectorAll("input, a")];
  const at = all.findIndex((one) => one === document.activeElement);
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  if (next instanceof HTMLElement) next.focus();
}

/** What is known without asking. @param {string} text @param {{ id: string, name: string }[]} places @returns {Kind[]} */
function here(text, places) {
  const wanted = text.toLocaleLowerCase();
  const fits = (/** @type {string} */ name) => plainly(name).toLocaleLowerCase().includes(wanted);
  const pages = areas.flatMap((area) => area.places).filter((place) => mayBeUseful(place.action)).map((place) => ({ href: place.href, name: t(place.text), icon: place.icon }));
  const all = [...pages, { href: "/me", name: t("me.settings"), icon: "person" }];
  const organizations = wanted ? places.filter(({ name }) => fits(name)).slice(0, FEW) : [];
  return [
    { title: "find.pages", all: all.filter(({ name }) => fits(name)) },
    { title: "nav.organizations", all: organizations.map(({ id, name }) => ({ href: `/organizations/${id}`, name, icon: "tree" })) },
  ];
}

/** What the server finds, at the organization of the address and, for requests, below it; computers in all that are known. @param {string} q @param {import("../places.js").Organization[]} places @param {AbortSignal} signal @returns {Promise<Kind[]>} */
async function search(q, places, signal) {
  if (!q) return [];
  const organization = organizationOf(query.value.get("organization"));
  const of = { organization_id: organization, q, limit: FEW };
  const nothing = { items: [] };
  const [requests, computers, people] = await Promise.all([
    ifMay("requests.list", organization, () => api.get("/v1/requests", { query: of, signal }), nothing, signal),
    computersOf([...new Set([organization, ...places.map(({ id }) => id)])].slice(0, PLACES), q, signal),
    ifMay("administrators.view", organization, () => api.get("/v1/administrators", { query: of, signal }), nothing, signal),
  ]);
  return [
    { title: "nav.approvals", all: requests.items.filter((row) => row.can_open).map((row) => ({ href: `/requests/${row.id}`, name: row.subject.name, beside: computerName(row.computer), icon: row.kind })) },
    { title: "nav.computers", all: computers.map(({ one, at }) => ({ href: `/computers/${one.id}?organization=${at}`, name: computerName(one), beside: at === organization ? undefined : places.find(({ id }) => id === at)?.name, icon: "computer" })) },
    { title: "nav.people", all: people.items.map((one) => ({ href: `/administrators/${one.id}/permissions`, name: one.name, beside: one.email, icon: "person" })) },
  ];
}

/** The first ones of several organizations: the server has a list for each. @param {string[]} organizations @param {string} q @param {AbortSignal} signal */
async function computersOf(organizations, q, signal) {
  const read = async (/** @type {string} */ at) => {
    const params = { organization_id: at };
    const { items } = await ifMay("computers.view", at, () => api.get("/v1/organizations/{organization_id}/computers", { params, query: { q, limit: FEW }, signal }), { items: [] }, signal);
    return items.map((one) => ({ one, at }));
  };
  /** @type {{ one: import("../api.js").Schemas["ComputerView"], at: string }[]} */
  const found = [];
  for (let nth = 0; nth < organizations.length && found.length < FEW; nth += AT_ONCE) {
    found.push(...(await Promise.all(organizations.slice(nth, nth + AT_ONCE).map(read))).flat());
  }
  return found.slice(0, FEW);
}
