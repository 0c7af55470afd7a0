// `/roles` and `/roles/:id`: the roles of an organization, and one of them beside the list; `new` is a new one.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { here, navigate, query, setQuery } from "../../router.js";
import { mayNotSee, permissionTitle } from "../../session.js";
import { ifMay, useMay } from "../../may.js";
import { usePages } from "../../pages.js";
import { choices, namesOf, organizationOf, usePlaces } from "../../places.js";
import { Button } from "../../components/button.js";
import { Empty } from "../../components/empty.js";
import { Later } from "../../components/later.js";
import { Loaded } from "../../components/loaded.js";
import { ShowMore } from "../../components/more.js";
import { PageHead } from "../../components/page-head.js";
import { LongSelect } from "../../components/long-select.js";
import { Text } from "../../components/text.js";
import { useNarrow } from "../../components/narrow.js";

export const styles = [import.meta.resolve("../../people/people.css"), import.meta.resolve("../../people/panel.css")];

/** @typedef {import("../../api.js").Schemas["RoleView"]} Role */
/** @typedef {{ id: string, name: string }} Organization */

const loadPanel = async () => (await import("./panel.js")).Panel;
const ALONE = "(max-width: 63.99rem)";
const SHOWN = 4;

/** @param {{ params: { id?: string } }} props */
export default function Roles({ params }) {
  const places = usePlaces();
  const asked = organizationOf(query.value.get("organization"));
  const organization = places.find(({ id }) => id === asked) ?? null;
  const read = (/** @type {string | null} */ cursor, /** @type {AbortSignal | undefined} */ signal) => api.get("/v1/roles", { query: { organization_id: asked, cursor }, signal });
  const list = usePages((cursor, signal) => (params.id ? ifMay("roles.view", asked, () => read(cursor, signal), { items: [] }, signal) : read(cursor, signal)), [asked], { keep: "roles" });
  const narrow = useNarrow(ALONE);
  const alone = narrow || mayNotSee("roles.view");
  const beside = Boolean(params.id);
  const panel = params.id && html`<${Later} key=${params.id} load=${loadPanel} id=${params.id} organization=${organization} alone=${alone} onChanged=${list.reload} />`;
  // With and without the list the panel stays the same one, with what was changed in it.
  const only = beside && alone;
  return html`
    <div class=${only ? "people-alone" : beside ? "people people-with-panel" : "people"}>
      ${!only && html`<div class="people-list">
        <${Head} organization=${organization} beside=${beside} />
        ${!beside && places.length > 1 && html`<div class="toolbar"><${LongSelect} bare hideLabel label=${t("filter.organization")} value=${asked} options=${choices(places)} onChange=${(/** @type {string} */ id) => setQuery({ organization: id === organizationOf() ? null : id })} /></div>`}
        <${List} list=${list} names=${namesOf(places)} current=${params.id ?? ""} beside=${beside} />
      </div>`}
      ${panel}
    </div>`;
}

const toNew = () => navigate(`/roles/new${here.value.search}`);

/** @param {{ organization: Organization | null, beside: boolean }} props */
function Head({ organization, beside }) {
  const off = useMay(organization?.id, ["roles.create"], namesOf(organization ? [organization] : [])).off("roles.create");
  if (beside) return html`<div class="people-head"><h2>${t("roles.title")}</h2></div>`;
  return html`<${PageHead} title=${t("roles.title")} end=${html`<${Button} kind="primary" icon="plus" off=${off} onClick=${toNew}>${t("roles.new")}<//>`}
    below=${off && html`<div class="small quiet">${t("roles.newOff")} ${off}</div>`} />`;
}

/** @param {{ list: import("../../pages.js").Pages<Role>, names: Record<string, string>, current: string, beside: boolean }} props */
function List({ list, names, current, beside }) {
  return html`
    <${Loaded} resource=${list} rows=${4} names=${names}>${(/** @type {{ items: Role[] }} */ { items }) => (items.length === 0 && !beside
      ? html`<${Empty} title=${t("roles.none")} action=${html`<${Button} onClick=${toNew}>${t("roles.newPlus")}<//>`}>${t("roles.noneWords")}<//>`
      : html`<ul class="people-rows" aria-label=${t("roles.title")}>${items.map((role) => html`<${Row} key=${role.id} role=${role} current=${role.id === current} beside=${beside} />`)}</ul>`)}<//>
    <${ShowMore} list=${list} />`;
}

/** @param {{ role: Role, current: boolean, beside: boolean }} props */
function Row({ role, current, beside }) {
  const titles = role.permissions.map(permissionTitle);
  const rest = titles.length - SHOWN;
  const some = rest > 1 ? t("roles.someOf", { some: titles.slice(0, SHOWN).join(", "), n: rest }) : titles.join(", ");
  return html`
    <li class=${current ? "person-row role-line person-row-on" : "person-row role-line"}>
      <div class="person-name">
        <a class="row-name" href=${`/roles/${role.id}${here.value.search}`} aria-current=${current ? "true" : undefined}><b><${Text} text=${role.name} cut /></b></a>
        ${(role.description || beside) && html`<span class="quiet small">${role.description ? html`<${Text} text=${role.description} cut />` : t("roles.holds", { n: titles.length })}</span>`}
      </div>
      ${!beside && html`<div class="person-holds quiet">${some || t("roles.empty")}</div>`}
    </li>`;
}
