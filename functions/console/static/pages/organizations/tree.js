// The tree of organizations. What is below one is folded away where there are many; a search finds them at any depth.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { Button } from "../../components/button.js";
import { Icon } from "../../components/icon.js";
import { Note } from "../../components/note.js";
import { Text, plainly } from "../../components/text.js";

/** @typedef {import("../../places.js").Organization} Organization */

/** From how many on there is a search. */
const MANY = 8;

/** @param {{ organizations: Organization[], complete: boolean, current: string }} props */
export function Tree({ organizations, complete, current }) {
  const wanted = useSignal("");
  const known = new Set(organizations.map(({ id }) => id));
  // Whoever holds something elsewhere has a tree for each of these places.
  const roots = organizations.filter((one) => !one.parent_id || !known.has(one.parent_id));
  const below = Map.groupBy(organizations, (one) => one.parent_id ?? "");
  const path = ancestors(organizations, current);
  const text = wanted.value.trim().toLocaleLowerCase();
  const found = text ? organizations.filter((one) => plainly(one.name).toLocaleLowerCase().includes(text)) : null;
  return html`
    <div class="tree">
      ${organizations.length > MANY && html`<label class="search tree-search"><span class="only-read">${t("tree.search")}</span><${Icon} name="search" small /><input class="input" type="search" placeholder=${t("tree.search")} value=${wanted.value} onInput=${(/** @type {any} */ event) => { wanted.value = event.target.value; }} /></label>`}
      ${!complete && html`<div class="padded"><${Note} kind="info">${t("tree.more", { n: organizations.length })}<//></div>`}
      ${found
        ? html`<ul class="tree-list" aria-label=${t("tree.found")}>${found.map((one) => html`<li key=${one.id}><${Line} one=${one} current=${current} /></li>`)}${!found.length && html`<li class="padded quiet">${t("tree.none")}</li>`}</ul>`
        : html`<ul class="tree-list">${roots.map((root) => html`<${Branch} key=${root.id} one=${root} below=${below} path=${path} current=${current} first />`)}</ul>`}
    </div>`;
}

/** @param {Organization[]} organizations @param {string} id */
function ancestors(organizations, id) {
  const found = new Set();
  for (let at = organizations.find((one) => one.id === id); at && !found.has(at.id);) {
    found.add(at.id);
    const above = at.parent_id;
    at = organizations.find((one) => one.id === above);
  }
  return found;
}

/** @param {{ one: Organization, below: Map<string, Organization[]>, path: Set<string>, current: string, first?: boolean }} props */
function Branch({ one, below, path, current, first }) {
  const chosen = useSignal(/** @type {boolean | null} */ (null));
  const children = below.get(one.id) ?? [];
  const open = chosen.value ?? (first || path.has(one.id));
  const toggle = () => { chosen.value = !open; };
  return html`
    <li>
      <${Line} one=${one} current=${current} n=${children.length} toggle=${children.length && !first ? html`<${Button} kind="bare" size="small" icon=${open ? "down" : "forward"} expanded=${open} label=${t("tree.toggle", { name: one.name })} onClick=${toggle} />` : null} />
      ${open && children.length > 0 && html`<ul>${children.map((child) => html`<${Branch} key=${child.id} one=${child} below=${below} path=${path} current=${current} />`)}</ul>`}
    </li>`;
}

/** @param {{ one: Organization, current: string, toggle?: any, n?: number }} props */
function Line({ one, current, toggle, n }) {
  const on = one.id === current;
  return html`<div class=${on ? "tree-line tree-on" : "tree-line"}><a href=${`/organizations/${one.id}`} aria-current=${on ? "page" : undefined} class="tree-name"><${Text} text=${one.name} /></a>${n ? html`<span class="count">${n}</span>` : null}${toggle}</div>`;
}
