// `/administrators` and `/administrators/:id/:tab`: the list, and Update Administrator over it; on a phone that is a page.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { query, setQuery } from "../../router.js";
import { mayNotSee } from "../../session.js";
import { ifMay, useMay } from "../../may.js";
import { usePages } from "../../pages.js";
import { choices, namesOf, organizationOf, usePlaces } from "../../places.js";
import { SearchField } from "../../components/search-field.js";
import { Button } from "../../components/button.js";
import { Later } from "../../components/later.js";
import { PageHead } from "../../components/page-head.js";
import { LongSelect } from "../../components/long-select.js";
import { useNarrow } from "../../components/narrow.js";
import { List } from "./list.js";

export const styles = [import.meta.resolve("../../people/people.css"), import.meta.resolve("../../people/panel.css")];

const loadInvite = async () => (await import("./invite.js")).Invite;
const loadPanel = async () => (await import("./panel.js")).Panel;
/** Below this width the panel is a page of its own. */
const ALONE = "(max-width: 63.99rem)";

/** @param {{ params: { id?: string, tab?: string } }} props */
export default function Administrators({ params }) {
  const places = usePlaces();
  const asked = organizationOf(query.value.get("organization"));
  const organization = places.find(({ id }) => id === asked) ?? null;
  const q = query.value.get("q") ?? "";
  const read = (/** @type {string | null} */ cursor, /** @type {AbortSignal | undefined} */ signal) => api.get("/v1/administrators", { query: { organization_id: asked, q, cursor }, signal });
  const list = usePages((cursor, signal) => (params.id ? ifMay("administrators.view", asked, () => read(cursor, signal), { items: [] }, signal) : read(cursor, signal)), [asked, q], { keep: "administrators" });
  const narrow = useNarrow(ALONE);
  // Those who may not see the others see one person alone.
  const alone = narrow || mayNotSee("administrators.view");
  const panel = params.id && html`<${Later} key=${params.id} load=${loadPanel} id=${params.id} tab=${params.tab ?? "permissions"} alone=${alone} onChanged=${list.reload} />`;
  const beside = Boolean(panel);
  // With and without the list the panel stays the same one, with what was changed in it.
  const only = beside && alone;
  return html`
    <div class=${only ? "people-alone" : beside ? "people people-with-panel" : "people"}>
      ${!only && html`<div class="people-list">
        <${Head} organization=${organization} beside=${beside} />
        <${Filters} places=${places} asked=${asked} beside=${beside} />
        <${List} list=${list} names=${namesOf(places)} current=${params.id ?? ""} narrowed=${Boolean(q)} beside=${beside} />
      </div>`}
      ${panel}
      ${!only && query.value.has("invite") && html`<${Later} load=${loadInvite} organization=${organization} places=${places} onInvited=${list.reload} onClose=${() => setQuery({ invite: null }, { replace: true })} />`}
    </div>`;
}

/** @param {{ organization: { id: string, name: string } | null, beside: boolean }} props */
function Head({ organization, beside }) {
  const off = useMay(organization?.id, ["administrators.invite"], namesOf(organization ? [organization] : [])).off("administrators.invite");
  const invite = html`<${Button} kind="primary" icon="plus" off=${off} onClick=${() => setQuery({ invite: "1" })}>${t("admins.invite")}<//>`;
  if (beside) return html`<div class="people-head"><h2>${t("admins.title")}</h2></div>`;
  return html`<${PageHead} title=${t("admins.title")} end=${invite} below=${off && html`<div class="small quiet">${t("admins.inviteOff")} ${off}</div>`} />`;
}

/** @param {{ places: { id: string, name: string }[], asked: string, beside: boolean }} props */
function Filters({ places, asked, beside }) {
  return html`
    <div class="toolbar">
      <${SearchField} label=${t("admins.search")} hint=${t("admins.searchHint")} />
      ${!beside && places.length > 1 && html`<${LongSelect} bare hideLabel label=${t("filter.organization")} value=${asked} options=${choices(places)} onChange=${(/** @type {string} */ id) => setQuery({ organization: id === organizationOf() ? null : id })} />`}
    </div>`;
}
