// `/roles` and `/roles/:id`: the roles of an organization, and one of them beside the list; `new` is a new one.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { here, navigate, query, setQuery } from "../../router.js";
import { permissionTitle, who } from "../../session.js";
import { useMay } from "../../people/may.js";
import { usePages } from "../../people/pages.js";
import { placeOptions, usePlaces } from "../../people/places.js";
import { Button } from "../../components/button.js";
import { Empty } from "../../components/empty.js";
import { Later } from "../../components/later.js";
import { Skeleton } from "../../components/loaded.js";
import { PageHead } from "../../components/page-head.js";
import { ProblemNote } from "../../components/problem.js";
import { Select } from "../../components/select.js";
import { Text } from "../../components/text.js";
import { useNarrow } from "../../components/table.js";

export const styles = [import.meta.resolve("../../people/people.css"), import.meta.resolve("../../people/panel.css")];

/** @typedef {import("../../api.js").Schemas["RoleView"]} Role */
/** @typedef {{ id: string, name: string }} Organization */

const loadPanel = async () => (await import("./panel.js")).Panel;
const ALONE = "(max-width: 63.99rem)";
const SHOWN = 4;

/** @param {{ params: { id?: string } }} props */
export default function Roles({ params }) {
  const alone = useNarrow(ALONE);
  const own = who.value?.administrator.organization;
  const places = usePlaces();
  const asked = query.value.get("organization") || own?.id || "";
  const organization = places.find(({ id }) => id === asked) ?? own ?? null;
  const list = usePages((cursor, signal) => api.get("/v1/roles", { query: { organization_id: asked, cursor }, signal }), `roles ${asked}`, { keep: true });
  const beside = Boolean(params.id);
  const panel = params.id && html`<${Later} key=${params.id} load=${loadPanel} id=${params.id} organization=${organization} alone=${alone} onChanged=${() => list.load()} />`;
  if (panel && alone) return panel;
  return html`
    <div class=${beside ? "people people-with-panel" : "people"}>
      <div class="people-list">
        <${Head} organization=${organization} beside=${beside} />
        ${!beside && places.length > 1 && html`<div class="toolbar"><${Select} bare hideLabel label=${t("people.organization")} value=${asked} options=${placeOptions(places)} onChange=${(/** @type {string} */ id) => setQuery({ organization: id === own?.id ? null : id })} /></div>`}
        <${List} list=${list} current=${params.id ?? ""} beside=${beside} />
      </div>
      ${panel}
    </div>`;
}

const toNew = () => navigate(`/roles/new${here.value.search}`);

/** @param {{ organization: Organization | null, beside: boolean }} props */
function Head({ organization, beside }) {
  const off = useMay(organization, ["roles.create"])("roles.create");
  if (beside) return html`<div class="people-head"><h2>${t("roles.title")}</h2></div>`;
  return html`<${PageHead} title=${t("roles.title")} end=${html`<${Button} kind="primary" icon="plus" off=${off} onClick=${toNew}>${t("roles.new")}<//>`}
    below=${off && html`<div class="small quiet">${t("roles.newOff")} ${off}</div>`} />`;
}

/** @param {{ list: import("../../people/pages.js").Pages<Role>, current: string, beside: boolean }} props */
function List({ list, current, beside }) {
  const items = list.items.value;
  if (list.problem.value !== null) return html`<div class="padded"><${ProblemNote} problem=${list.problem.value} action=${html`<${Button} size="small" onClick=${() => list.load()}>${t("problem.again")}<//>`} /></div>`;
  if (!items) return html`<div class="padded"><${Skeleton} rows=${4} /></div>`;
  if (!items.length && !beside) return html`<${Empty} title=${t("roles.none")} action=${html`<${Button} onClick=${toNew}>${t("roles.newPlus")}<//>`}>${t("roles.noneWords")}<//>`;
  return html`
    <ul class="people-rows" aria-label=${t("roles.title")}>${items.map((role) => html`<${Row} key=${role.id} role=${role} current=${role.id === current} beside=${beside} />`)}</ul>
    ${list.cursor.value !== null && html`<div class="list-end"><${Button} busy=${list.loading.value} onClick=${() => list.more()}>${t("people.more")}<//></div>`}`;
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
