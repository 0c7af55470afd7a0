// The administrators of an organization. Beside the panel only their names and states are shown.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { here, setQuery } from "../../router.js";
import { permissionTitle, who } from "../../session.js";
import { Badge } from "../../components/badge.js";
import { Button } from "../../components/button.js";
import { Empty } from "../../components/empty.js";
import { Loaded } from "../../components/loaded.js";
import { ShowMore } from "../../components/more.js";
import { Avatar } from "../../components/person.js";
import { Text } from "../../components/text.js";

/** @typedef {import("../../api.js").Schemas["AdministratorView"]} Administrator */
/** @typedef {import("../../pages.js").Pages<Administrator>} Administrators */

const STATES = /** @type {const} */ ({ active: "good", invited: "info", disabled: "warn", deleted: "plain" });

/** @param {{ state: Administrator["state"] }} props */
export const State = ({ state }) => html`<${Badge} kind=${STATES[state]}>${t(`state.${state}`)}<//>`;

/** @param {{ list: Administrators, names: Record<string, string>, current: string, narrowed: boolean, beside: boolean }} props */
export function List({ list, names, current, narrowed, beside }) {
  return html`<${Loaded} resource=${list} rows=${6} names=${names}>${(/** @type {{ items: Administrator[] }} */ { items }) => html`<${Rows} list=${list} items=${items} current=${current} narrowed=${narrowed} beside=${beside} />`}<//>`;
}

/** @param {{ list: Administrators, items: Administrator[], current: string, narrowed: boolean, beside: boolean }} props */
function Rows({ list, items, current, narrowed, beside }) {
  const clear = html`<${Button} onClick=${() => setQuery({ q: null })}>${t("filter.clear")}<//>`;
  if (!items.length && narrowed) return html`<${Empty} title=${t("admins.noneFound")} action=${clear} />`;
  if (!items.length) return html`<${Empty} title=${t("admins.none")}>${t("admins.noneWords")}<//>`;
  const me = who.value?.administrator.id;
  const alone = !narrowed && items.length === 1 && items[0].id === me && !list.data?.cursor;
  return html`
    <ul class="people-rows" aria-label=${t("admins.title")}>${items.map((one) => html`<${Row} key=${one.id} one=${one} current=${one.id === current} beside=${beside} />`)}</ul>
    ${alone && !beside && html`<${Empty} title=${t("admins.alone")} action=${html`<${Button} kind="primary" onClick=${() => setQuery({ invite: "1" })}>${t("admins.inviteColleague")}<//>`}>${t("admins.aloneWords")}<//>`}
    <${ShowMore} list=${list} />`;
}

/** @param {{ one: Administrator, current: boolean, beside: boolean }} props */
function Row({ one, current, beside }) {
  const href = `/administrators/${one.id}/permissions${here.value.search.replace(/[?&]invite=1/, "")}`;
  return html`
    <li class=${current ? "person-row person-row-on" : "person-row"}>
      ${!beside && html`<${Avatar} name=${one.name} />`}
      <div class="person-name">
        <a class="row-name" href=${href} aria-current=${current ? "true" : undefined}><b><${Text} text=${one.name} cut /></b></a>
        <span class="quiet small"><${Text} text=${one.email} cut /></span>
      </div>
      ${!beside && html`<div class="person-holds"><${Holds} one=${one} /></div>`}
      ${one.state !== "active" && html`<div class="person-state"><${State} state=${one.state} /></div>`}
    </li>`;
}

/** Roles by name, then what is held singly. @param {{ one: Administrator }} props */
function Holds({ one }) {
  const roles = [...new Set(one.assignments.map(({ role_name: name }) => name ?? t("admins.hiddenRole")))];
  const singly = one.permissions.map(permissionTitle);
  if (!roles.length && !singly.length) return html`<span class="quiet">${t("admins.holdsNothing")}</span>`;
  return html`
    ${roles.length > 0 && html`<span class="holds-line">${roles.map((name, nth) => [nth > 0 && ", ", html`<${Text} text=${name} />`])}</span>`}
    ${singly.length > 0 && html`<span class=${roles.length ? "holds-line quiet" : "holds-line"}>${singly.length > 2 ? t("admins.singly", { n: singly.length - 1, first: singly[0] }) : singly.join(", ")}</span>`}`;
}
