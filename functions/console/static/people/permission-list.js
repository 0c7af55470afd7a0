// All permissions by category, to tick: what each means, what it combines with, where it comes from, why it cannot be given.

import { html, useEffect, useId, useSignal } from "../ui.js";
import { rich, t } from "../i18n.js";
import { catalogue, permissionTitle } from "../session.js";
import { Badge } from "../components/badge.js";
import { Check } from "../components/check.js";
import { Icon } from "../components/icon.js";
import { Later, partOf } from "../components/later.js";
import { words } from "../components/problem.js";
import { actionName, byCategory, categoryTitle, completed, isFound, partner } from "./catalogue.js";

/** @typedef {import("./catalogue.js").Permission} Permission */

/**
 * @typedef {object} Holding
 * @property {Set<string>} own what is ticked
 * @property {Set<string>} before what was ticked before the changes
 * @property {Map<string, string>} from what comes from elsewhere, with the name of the role or permission
 * @property {boolean} asked whether it is known if anything can be changed
 * @property {boolean} locked nothing can be changed; the reason stands above
 * @property {import("./givable.js").Givable} givable
 * @property {import("./givers.js").Recipient} [to] the administrator to whom they are given, unless they are a role's
 * @property {(id: string, on: boolean) => void} onChange
 */

const loadGivers = partOf(() => import("./givers.js"), "Givers", "who-could");

/** @param {{ holding: Holding, find: string }} props */
export function PermissionList({ holding, find }) {
  const text = find.trim();
  const shown = [...byCategory()].map(([category, all]) => ({ category, all, found: text ? all.filter((one) => isFound(one, text)) : all })).filter(({ found }) => found.length);
  if (!shown.length) return html`<p class="permission-none quiet">${t("permissions.noneFound", { text })}</p>`;
  return shown.map(({ category, all, found }) => html`<${Category} key=${category} category=${category} all=${all} found=${found} holding=${holding} searched=${text !== ""} />`);
}

/** @param {{ category: string, all: Permission[], found: Permission[], holding: Holding, searched: boolean }} props */
function Category({ category, all, found, holding, searched }) {
  const { own, before, from, givable } = holding;
  const some = all.some(({ id }) => own.has(id) || from.has(id) || before.has(id));
  const chosen = useSignal(/** @type {boolean | null} */ (null));
  const open = searched || (chosen.value ?? some);
  useEffect(() => {
    if (open && holding.asked && !holding.locked) givable.ask(all.map(({ id }) => id).filter((id) => !before.has(id)));
  }, [open, holding.asked, holding.locked, givable]);
  const toggle = (/** @type {MouseEvent} */ event) => {
    event.preventDefault();
    chosen.value = !open;
  };
  return html`
    <details class="category" open=${open}>
      <summary onClick=${toggle}><${Icon} name=${open ? "down" : "forward"} small /><h3>${categoryTitle(category)}</h3><span class="category-count">${heldWords(all, holding)}</span></summary>
      ${open && html`<ul>${found.map((one) => html`<${Row} key=${one.id} one=${one} holding=${holding} />`)}</ul>`}
    </details>`;
}

/** "2 held, 1 from a role". @param {Permission[]} all @param {Holding} holding */
function heldWords(all, { own, from, before }) {
  const held = all.filter(({ id }) => own.has(id)).length;
  const others = all.filter(({ id }) => !own.has(id) && from.has(id)).length;
  const removed = all.filter(({ id }) => before.has(id) && !own.has(id)).length;
  const parts = [
    held > 0 && t("permissions.held", { n: held }),
    others > 0 && t("permissions.fromOthers", { n: others }),
    removed > 0 && t("permissions.removed", { n: removed }),
  ].filter(Boolean);
  return parts.join(", ") || t("permissions.none");
}

/** @param {{ one: Permission, holding: Holding }} props */
function Row({ one, holding }) {
  const { own, before, from, givable, locked, onChange, to } = holding;
  const id = useId();
  const mine = own.has(one.id);
  const source = from.get(one.id);
  const refused = before.has(one.id) ? undefined : givable.refused.value.get(one.id);
  const elsewhere = source !== undefined && !mine;
  const off = locked || elsewhere || (!mine && Boolean(refused));
  return html`
    <li class=${`permission${refused && !mine && !elsewhere ? " permission-off" : ""}`}>
      <div class="permission-check"><${Check} id=${id} checked=${mine || elsewhere} off=${off} describedBy=${`${id}-more`} onChange=${(/** @type {boolean} */ on) => onChange(one.id, on)} /></div>
      <div class="permission-words">
        <label for=${id}><b>${one.title}</b></label>
        ${mine && !before.has(one.id) && html` <${Badge} kind="good">${t("permissions.added")}<//>`}
        ${!mine && before.has(one.id) && html` <${Badge} kind="bad">${t("permissions.takenAway")}<//>`}
        ${source !== undefined && html` <${Badge} kind="accent">${rich("permissions.from", { source })}<//>`}
        <div id=${`${id}-more`} class="permission-more">
          <p>${one.meaning}</p>
          <${Combines} one=${one} holding=${holding} />
          ${refused && !mine && !elsewhere && html`<p class="permission-note"><${Icon} name="lock" small /><span><${Refused} one=${one} problem=${refused} />${to && html` <${Later} load=${loadGivers} permission=${one.id} to=${to} />`}</span></p>`}
        </div>
        ${elsewhere && !locked && !refused && html`<button type="button" class="link small" onClick=${() => onChange(one.id, true)}>${t("permissions.singlyToo")}</button>`}
      </div>
    </li>`;
}

/** @param {{ one: Permission, problem: import("../api.js").Problem }} props */
function Refused({ one, problem }) {
  const others = [...new Set(problem.missing.flat().map(({ permission }) => permission))].filter((id) => id !== one.id);
  return html`${words(problem)}${others.length > 0 && html` ${t("permissions.needs", { titles: others.map(permissionTitle).join(", ") })}`}`;
}

/** @param {{ one: Permission, holding: Holding }} props */
function Combines({ one, holding }) {
  if (!one.combinations.length) return null;
  const held = new Set([...holding.own, ...holding.from.keys()]);
  const alone = one.actions.length === 0;
  const complete = completed(one, held);
  const best = complete.findLast((each) => each.up_to) ?? complete.at(-1);
  if (best && held.has(one.id)) {
    const title = permissionTitle(partner(best, held));
    return html`<p class="permission-note permission-works"><${Icon} name="check" small /><span>${best.up_to
      ? rich("permissions.worksUpTo", { title, scope: t(`permissions.upTo.${best.up_to}`) })
      : rich("permissions.works", { title, actions: best.actions.map(actionName).join(", ") })}</span></p>`;
  }
  const partners = [...new Set(one.combinations.flatMap((each) => each.combined_with))].filter((id) => id !== one.id);
  if (alone) return html`<p class="permission-note quiet"><${Icon} name="link" small /><span>${t("permissions.alone", { titles: orList(partners.map(permissionTitle)) })}</span></p>`;
  if (!held.has(one.id)) return null;
  const actions = [...new Set(one.combinations.flatMap((each) => each.actions))].map(actionName).join(", ");
  return html`<p class="permission-note quiet"><${Icon} name="link" small /><span>${t("permissions.with", { titles: orList(partners.map(permissionTitle)), actions })}</span></p>`;
}

/** "A, B or C". @param {string[]} titles */
function orList(titles) {
  if (titles.length < 2) return titles[0] ?? "";
  return t("permissions.or", { some: titles.slice(0, -1).join(", "), last: titles.at(-1) });
}

/** @param {{ find: import("@preact/signals").Signal<string> }} props */
export function FindPermission({ find }) {
  const words = t("permissions.find", { n: catalogue.value?.size ?? 0 });
  return html`<div class="search"><${Icon} name="search" small /><input class="input" type="search" aria-label=${words} placeholder=${words} value=${find.value} onInput=${(/** @type {any} */ event) => { find.value = event.target.value; }} /></div>`;
}
