// `/computers`: the computers of an organization. What has to be settled stands on top.

import { html, useRef } from "../../ui.js";
import { t } from "../../i18n.js";
import { computerName } from "../../format.js";
import { api } from "../../api.js";
import { ifMay, useMay } from "../../may.js";
import { usePages } from "../../pages.js";
import { query, setQuery } from "../../router.js";
import { ComputerState } from "../../fleet/computer-state.js";
import { namesOf, organizationOf, useGroups, useOrganizations } from "../../places.js";
import { useOpening } from "../../components/opening.js";
import { GroupFilter, OrganizationFilter } from "../../components/place-filters.js";
import { SearchField } from "../../components/search-field.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Empty } from "../../components/empty.js";
import { Later } from "../../components/later.js";
import { Loaded } from "../../components/loaded.js";
import { ShowMore } from "../../components/more.js";
import { PageHead } from "../../components/page-head.js";
import { Select } from "../../components/select.js";
import { Table } from "../../components/table.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";
import { SelectionBar, Tick, useTicks } from "./selection.js";

export const styles = import.meta.resolve("../../styles/fleet.css");

/** @typedef {import("../../api.js").Schemas["ComputerView"]} Computer */

const loadMaintenance = async () => (await import("./maintenance.js")).MaintenanceOfSeveral;

const STATES = /** @type {const} */ (["unsettled", "unconfirmed", "cloned", "maintenance"]);
const DAYS = /** @type {const} */ ([1, 7, 30, 90]);
const DAY = 86_400_000;

/** What the address says. */
function filters() {
  const get = (/** @type {string} */ name) => query.value.get(name) ?? "";
  return { organization: organizationOf(get("organization")), group: get("group"), state: STATES.find((one) => one === get("state")) ?? "", days: DAYS.find((one) => String(one) === get("since")) ?? 0, q: get("q") };
}

/** @param {ReturnType<typeof filters>} chosen */
function useComputers(chosen) {
  const { organization, group, state, days, q } = chosen;
  const read = (/** @type {string} */ of, /** @type {string | null} */ cursor, /** @type {AbortSignal | undefined} */ signal) => api.get("/v1/organizations/{organization_id}/computers", {
    params: { organization_id: organization },
    query: { q, group_id: group, state: /** @type {any} */ (of), not_seen_since: days ? new Date(Date.now() - days * DAY).toISOString() : "", cursor },
    signal,
  });
  const keys = [organization, group, state, days, q];
  const all = usePages((cursor, signal) => read(state, cursor, signal), keys);
  const unsettled = usePages(async (cursor, signal) => (state ? { items: [] } : ifMay("computers.view", organization, () => read("unsettled", cursor, signal), { items: [] }, signal)), keys);
  const first = unsettled.data?.items ?? [];
  const known = new Set(first.map(({ id }) => id));
  return { list: all, rows: [...first, ...(all.data?.items ?? []).filter(({ id }) => !known.has(id))], reload: () => Promise.all([all.reload(), unsettled.reload()]) };
}

export default function Computers() {
  const chosen = filters();
  const organizations = useOrganizations();
  const groups = useGroups(chosen.organization);
  const { list, rows, reload } = useComputers(chosen);
  const names = namesOf(organizations.data?.items);
  const may = useMay(chosen.organization, ["computers.set-maintenance-mode"], names);
  const ticks = useTicks(rows, Object.values(chosen));
  // What is shown may be something else by the time that modes are set.
  const again = useRef(reload);
  again.current = reload;
  const open = useOpening(/** @type {{ computers: Computer[], group: { id: string, name: string } | null } | null} */ (null));
  const group = chosen.state || chosen.days || chosen.q ? undefined : groups.data?.find(({ id }) => id === chosen.group);
  const ask = () => { open.show(ticks.ticked.length === 0 && group ? { computers: rows, group } : { computers: ticks.ticked, group: null }); };
  const states = [{ value: "", label: t("computers.anyState") }, ...STATES.map((value) => ({ value, label: t(`computers.state.${value}`) }))];
  const since = [{ value: "", label: t("computers.anySince") }, ...DAYS.map((n) => ({ value: String(n), label: t("computers.since", { n }) }))];
  const groupNames = Object.fromEntries((groups.data ?? []).map(({ id, name }) => [id, name]));
  return html`
    <${PageHead} title=${t("computers.title")} />
    <div class="page-body">
      <div class="filters">
        <${OrganizationFilter} organizations=${organizations.data?.items} organization=${chosen.organization} />
        <${GroupFilter} groups=${groups.data} group=${chosen.group} />
        <${Select} label=${t("computers.state")} value=${chosen.state} options=${states} onChange=${(/** @type {string} */ state) => setQuery({ state })} />
        <${Select} label=${t("computers.seen")} value=${chosen.days ? String(chosen.days) : ""} options=${since} onChange=${(/** @type {string} */ value) => setQuery({ since: value })} />
        <${SearchField} label=${t("computers.search")} hint=${t("computers.searchHint")} />
      </div>
      <${Loaded} resource=${list} names=${names} rows=${6}>${() => (rows.length === 0
        ? html`<${Card} padded=${false}><${Nothing} chosen=${chosen} organizations=${organizations.data?.items ?? []} groups=${groups.data ?? []} /><//>`
        : html`<${Card} padded=${false}><${SelectionBar} ticks=${ticks} group=${group} off=${may.off("computers.set-maintenance-mode")} onMaintenance=${ask} /><${Table} caption=${t("computers.title")} columns=${columns(groupNames, ticks)} rows=${rows} more=${list.data?.cursor !== null} keyOf=${(/** @type {Computer} */ one) => one.id} /><//>`)}<//>
      <${ShowMore} list=${list} />
    </div>
    ${open.what && html`<${Later} load=${loadMaintenance} ...${open.what} organization=${chosen.organization} names=${names} onSet=${() => again.current()} onDone=${ticks.clear} onClose=${open.close} />`}`;
}

/** @param {Record<string, string>} groups @param {import("./selection.js").Ticks} ticks @returns {import("../../components/table.js").Column<Computer>[]} */
const columns = (groups, ticks) => [
  { title: t("computers.name"), card: "title", width: "26%", cell: (one) => html`<span class="ticked-name"><${Tick} computer=${one} ticks=${ticks} /><span><a href=${`/computers/${one.id}?organization=${one.organization_id}`}><${Text} text=${computerName(one)} /></a>${one.name && html`<span class="second"><${Text} text=${one.hostname} /></span>`}</span></span>` },
  { title: t("computers.group"), width: "15%", cell: (one) => html`<${Text} text=${groups[one.group_id] ?? ""} />` },
  { title: t("computers.state"), card: "state", width: "19%", cell: (one) => html`<${ComputerState} computer=${one} />` },
  { title: t("computers.checkIn"), width: "14%", cell: (one) => (one.last_check_in ? html`<${Time} at=${one.last_check_in} />` : html`<span class="quiet">${t("computers.never")}</span>`) },
  { title: t("computers.os"), card: "more", width: "14%", cell: (one) => html`<${Text} text=${one.os} />` },
  { title: t("computers.agent"), card: "more", cell: (one) => html`<span class="quiet">${one.agent_version ?? "–"}</span>` },
];

/** @param {{ chosen: ReturnType<typeof filters>, organizations: import("../../places.js").Organization[], groups: { id: string, name: string }[] }} props */
function Nothing({ chosen, organizations, groups }) {
  if (chosen.state || chosen.days || chosen.q) {
    const clear = () => setQuery({ state: null, since: null, q: null, group: null });
    return html`<${Empty} title=${t("computers.noMatch")} action=${html`<${Button} onClick=${clear}>${t("filter.clear")}<//>`}>${t("computers.noMatchWords")}<//>`;
  }
  const group = groups.find(({ id }) => id === chosen.group) ?? groups[0];
  const below = organizations.filter(({ parent_id: above }) => above === chosen.organization);
  if (!group && below.length) {
    return html`<${Empty} title=${t("computers.noneHere")} action=${html`<div class="chips">${below.slice(0, 12).map((one) => html`<a key=${one.id} class="chip" href=${`/computers?organization=${one.id}`}><${Text} text=${one.name} cut /></a>`)}</div>`}>${t("computers.noneHereWords")}<//>`;
  }
  const href = `/organizations/${chosen.organization}${group ? `?group=${group.id}&connect=1` : ""}`;
  return html`<${Empty} title=${t(chosen.group ? "computers.noneInGroup" : "computers.none")} action=${html`<a class="button button-primary" href=${href}>${t(group ? "computers.copyCommand" : "computers.makeGroup")}</a>`}>${t("computers.noneWords")}<//>`;
}
