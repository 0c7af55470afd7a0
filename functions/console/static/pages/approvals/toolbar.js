// Above the list: organizations as chips, search, further filters, the order. On a phone what is not a chip is behind a button.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { count } from "../../format.js";
import { navigate, setQuery, withQuery } from "../../router.js";
import { heldAt } from "../../places.js";
import { who } from "../../session.js";
import { Button } from "../../components/button.js";
import { Check } from "../../components/check.js";
import { ChipLink } from "../../components/chip.js";
import { Icon } from "../../components/icon.js";
import { Later, partOf } from "../../components/later.js";
import { Menu } from "../../components/menu.js";
import { SearchField } from "../../components/search-field.js";
import { Select } from "../../components/select.js";
import { Text } from "../../components/text.js";
import { KINDS } from "./filters.js";
import { savedFilters } from "./saved.js";

const SHOWN = 4;
const loadGroup = partOf(() => import("./group-filter.js"), "GroupFilter");
const loadSaved = partOf(() => import("./saved-dialog.js"), "SavedDialog", "saved");

/** @param {{ organizations: { id: string, name: string, count: number | null }[], total: number, more: number, chosen: string, counted: boolean }} props `more`: how many are not named; `counted`: what is counted, pending requests, is what the list shows */
export function OrganizationChips({ organizations, total, more, chosen, counted }) {
  const all = useSignal(false);
  if (organizations.length === 0 && !chosen) return null;
  // Whoever holds something elsewhere alone sees one organization at a time, with what is below it.
  const [first] = heldAt();
  const home = first?.id === who.value?.administrator.organization.id;
  const shown = all.value || organizations.length - SHOWN <= 1 ? organizations : organizations.slice(0, SHOWN);
  const current = organizations.find(({ id }) => id === chosen);
  const withChosen = current && !shown.includes(current) ? [...shown, current] : shown;
  const to = (/** @type {string | null} */ id) => withQuery({ organization: id, selected: null });
  return html`
    <nav class="chip-strip" aria-label=${t("filter.organizations")}>
      <${ChipLink} href=${to(null)} on=${!chosen} n=${counted ? count(total) : undefined}>${home ? t("filter.all") : html`<${Text} text=${first?.name} cut />`}<//>
      ${withChosen.map((one) => html`<${ChipLink} key=${one.id} href=${to(one.id)} on=${one.id === chosen} n=${counted && one.count !== null ? count(one.count) : undefined}><${Text} text=${one.name} cut /><//>`)}
      ${shown.length < organizations.length && html`<button type="button" class="chip" onClick=${() => { all.value = true; }}>${t("filter.moreOrganizations", { n: organizations.length - withChosen.length + more })}<${Icon} name="down" small /></button>`}
      ${shown.length === organizations.length && more > 0 && html`<a class="chip" href="/organizations">${t("filter.moreOrganizations", { n: more })}</a>`}
    </nav>`;
}

/** A request that is open may not match another search. */
const Search = () => html`<${SearchField} label=${t("filter.search")} hint=${t("filter.searchHint")} drops=${["selected"]} />`;

/** @param {{ chosen: import("./filters.js").Filters }} props */
export function FurtherFilters({ chosen }) {
  const kinds = [{ value: "", label: t("filter.anyKind") }, ...KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))];
  const orders = [{ value: "oldest", label: t(chosen.status === "pending" ? "filter.longest" : "filter.oldest") }, { value: "newest", label: t("filter.newest") }];
  const statuses = statusesOf(chosen);
  return html`
    ${statuses.length > 1 && html`<${Select} bare hideLabel label=${t("filter.outcome")} value=${chosen.status} options=${statuses} onChange=${(/** @type {string} */ status) => setQuery({ status, selected: null })} />`}
    ${chosen.group && html`<${Later} load=${loadGroup} id=${chosen.group} organization=${chosen.organization} />`}
    <${Select} bare hideLabel label=${t("filter.kind")} value=${chosen.kind} options=${kinds} onChange=${(/** @type {string} */ kind) => setQuery({ kind, selected: null })} />
    <${Select} bare hideLabel label=${t("filter.order")} value=${chosen.oldest ? "oldest" : "newest"} options=${orders} onChange=${(/** @type {string} */ sort) => setQuery({ sort, selected: null })} />`;
}

/** What somebody keeps under a name is one press away. */
export function SavedFilters() {
  const open = useSignal(false);
  const kept = savedFilters().map(({ name, search }) => ({ label: html`<${Text} text=${name} cut />`, icon: "filter", onClick: () => navigate(`/requests?${search}`) }));
  return html`
    <${Menu} label=${t("saved.title")} text=${t("saved.title")} icon="filter" items=${[...kept, { label: t("saved.change"), icon: "settings", onClick: () => { open.value = true; } }]} />
    ${open.value && html`<${Later} load=${loadSaved} onClose=${() => { open.value = false; }} />`}`;
}

/** What a tab of several outcomes can be narrowed to. @param {import("./filters.js").Filters} chosen */
function statusesOf({ tab }) {
  const one = (/** @type {string} */ value) => ({ value, label: t(`status.${value}`) });
  if (tab === "decided") return [{ value: "decided", label: t("filter.anyOutcome") }, ...["approved", "denied", "ignored", "revoked"].map(one)];
  if (tab === "ended") return [{ value: "ended", label: t("filter.anyOutcome") }, ...["expired", "cancelled"].map(one)];
  return [];
}

/** @param {{ chosen: import("./filters.js").Filters, all: { on: boolean, partly: boolean, toggle: () => void } | null }} props */
export function Toolbar({ chosen, all }) {
  return html`
    <div class="toolbar">
      ${all && html`<div class="row-check"><${Check} checked=${all.on} partly=${all.partly} label=${t("select.all")} onChange=${all.toggle} /></div>`}
      <${Search} />
      <div class="toolbar-filters"><${FurtherFilters} chosen=${chosen} /></div>
    </div>`;
}

/** On a phone: the search and the filters in a row of their own, once they are asked for. @param {{ chosen: import("./filters.js").Filters, open: boolean }} props */
export function PhoneToolbar({ chosen, open }) {
  return open ? html`<div class="toolbar toolbar-phone"><${Search} /><div class="toolbar-filters"><${FurtherFilters} chosen=${chosen} /></div><${SavedFilters} /></div>` : null;
}

/** @param {{ open: boolean, onToggle: () => void }} props */
export const FilterButton = ({ open, onToggle }) => html`<${Button} kind="bare" icon="filter" label=${t("filter.show")} expanded=${open} onClick=${onToggle} />`;
