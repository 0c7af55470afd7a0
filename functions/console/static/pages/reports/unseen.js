// Computers that have not been seen for some days: by organization as a chart, each one as a table.

import { html, useEffect, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { computerName } from "../../format.js";
import { api } from "../../api.js";
import { useResource } from "../../resource.js";
import { query, setQuery } from "../../router.js";
import { BarList } from "../../components/bar-list.js";
import { Button } from "../../components/button.js";
import { Loaded } from "../../components/loaded.js";
import { ProblemNote } from "../../components/problem.js";
import { Select } from "../../components/select.js";
import { Table } from "../../components/table.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";
import { TwoWays } from "../../components/two-ways.js";

/** @typedef {import("./page.js").Schemas} Schemas */
/** @typedef {import("../../places.js").Organization} Organization */
/** @typedef {{ lookedAt: number, computers: Schemas["UnseenComputer"][], organizations: Map<string, { name: string, unseen: number }>, cursor: string | null }} Found */

const DAYS = /** @type {const} */ ([7, 14, 30, 90]);
const USUAL = 30;
/** Pages of up to a thousand computers that are read at once. */
const PAGES = 10;
const SHOWN = 25;
const MOST = 12;

/** @param {string} organization @param {number} days @param {Found | null} before @param {AbortSignal} [signal] @returns {Promise<Found>} */
async function read(organization, days, before, signal) {
  /** @type {Found} */
  const found = { lookedAt: before?.lookedAt ?? 0, computers: [...(before?.computers ?? [])], organizations: new Map(before?.organizations), cursor: before?.cursor ?? null };
  for (let nth = 0; nth < PAGES; nth += 1) {
    const page = await api.get("/v1/reports/computers", { query: { organization_id: organization, unseen_days: days, cursor: found.cursor }, signal });
    found.lookedAt += page.looked_at;
    found.computers.push(...page.computers);
    for (const { organization: of, unseen } of page.organizations) {
      found.organizations.set(of.id, { name: of.name, unseen: unseen + (found.organizations.get(of.id)?.unseen ?? 0) });
    }
    found.cursor = page.next_cursor ?? null;
    if (!found.cursor) break;
  }
  found.computers.sort((one, other) => one.last_seen_at.localeCompare(other.last_seen_at));
  return found;
}

/** @typedef {ReturnType<typeof useUnseen>} UnseenComputers */

/** What was read so far, and reading on. @param {string} organization */
export function useUnseen(organization) {
  const days = DAYS.find((one) => String(one) === query.value.get("unseen")) ?? USUAL;
  const unseen = useResource((signal) => read(organization, days, null, signal), [organization, days]);
  const busy = useSignal(false);
  const problem = useSignal(/** @type {unknown} */ (null));
  const more = async () => {
    busy.value = true;
    problem.value = null;
    try {
      unseen.set(await read(organization, days, unseen.data));
    } catch (caught) {
      problem.value = caught;
    } finally {
      busy.value = false;
    }
  };
  return { ...unseen, days, more, busy: busy.value, moreProblem: problem.value };
}

/** How many of an organization and of everything below it, where all of them were looked at and their places are known. @param {Found | null} found @param {Organization[]} organizations */
export function unseenBelow(found, organizations) {
  const above = new Map(organizations.map(({ id, parent_id: parent }) => [id, parent]));
  if (!found || found.cursor || [...found.organizations.keys()].some((id) => !above.has(id))) return null;
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const [of, { unseen }] of found.organizations) {
    for (let id = /** @type {string | null | undefined} */ (of); id; id = above.get(id)) sums.set(id, unseen + (sums.get(id) ?? 0));
  }
  return sums;
}

/** @param {{ organization: string, names: Record<string, string>, unseen: UnseenComputers }} props */
export function Unseen({ organization, names, unseen }) {
  const { days } = unseen;
  const choice = html`<${Select} bare hideLabel label=${t("reports.notSeenFor")} value=${String(days)} options=${DAYS.map((n) => ({ value: String(n), label: t("reports.forDays", { n }) }))} onChange=${(/** @type {string} */ value) => setQuery({ unseen: value === String(USUAL) ? null : value }, { replace: true })} />`;
  return html`
    <${Loaded} resource=${unseen} names=${names} rows=${3}>${(/** @type {Found} */ found) => html`
      <${Shown} key=${`${organization} ${days}`} found=${found} days=${days} choice=${choice}
        more=${found.cursor && html`<div class="show-more">${unseen.moreProblem !== null && html`<${ProblemNote} problem=${unseen.moreProblem} />`}<${Button} busy=${unseen.busy} onClick=${unseen.more}>${t("reports.lookOn")}<//></div>`} />`}<//>`;
}

/** @param {{ found: Found, days: number, choice: any, more: any }} props */
function Shown({ found, days, choice, more }) {
  const shown = useSignal(SHOWN);
  useEffect(() => { shown.value = SHOWN; }, [days]);
  const n = found.computers.length;
  const rows = [...found.organizations].filter(([, { unseen }]) => unseen > 0).map(([id, { name, unseen }]) => ({ key: id, value: unseen, name: html`<a href=${`/computers?organization=${id}&since=${days === 14 ? 7 : days}`}><${Text} text=${name} cut /></a>` })).sort((one, other) => other.value - one.value);
  const rest = rows.slice(MOST).reduce((sum, { value }) => sum + value, 0);
  const bars = rest ? [...rows.slice(0, MOST), { key: "rest", name: t("reports.otherOrganizations", { n: rows.length - MOST }), value: rest }] : rows;
  const none = html`<p class="quiet">${t(found.lookedAt ? "reports.allSeen" : "reports.noComputers")}</p>`;
  return html`<${TwoWays} name="unseen" title=${t("reports.unseen", { n, days })} end=${choice} words=${html`<p>${t(found.cursor ? "reports.lookedAtFirst" : "reports.lookedAt", { n: found.lookedAt })}</p>`}
    chart=${n ? html`<${BarList} label=${t("reports.unseen", { n, days })} rows=${bars} tone=${4} />${more}` : html`${none}${more}`}
    table=${n ? html`<${Table} caption=${t("reports.unseen", { n, days })} columns=${columns()} rows=${found.computers.slice(0, shown.value)} more=${shown.value < n || found.cursor !== null} keyOf=${(/** @type {Schemas["UnseenComputer"]} */ one) => one.id} />
      ${shown.value < n ? html`<div class="show-more"><${Button} onClick=${() => { shown.value += SHOWN; }}>${t("list.more")}<//></div>` : more}` : html`<div class="padded">${none}</div>${more}`} />`;
}

/** @returns {import("../../components/table.js").Column<Schemas["UnseenComputer"]>[]} */
const columns = () => [
  { title: t("reports.computer"), card: "title", width: "32%", cell: (one) => html`<a href=${`/computers/${one.id}?organization=${one.organization.id}`}><${Text} text=${computerName(one)} /></a>` },
  { title: t("reports.organization"), width: "32%", cell: (one) => html`<${Text} text=${one.organization.name} />` },
  { title: t("reports.lastSeen"), width: "22%", cell: (one) => html`<${Time} at=${one.last_seen_at} as="day" />${!one.has_checked_in && html` <span class="quiet">${t("reports.onlyEnrolled")}</span>`}` },
  { title: t("reports.agent"), card: "more", cell: (one) => html`<span class="quiet">${one.agent_version ?? "–"}</span>` },
];
