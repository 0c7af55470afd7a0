// `/reports`: what happened to requests, how long people took, who decided, what is asked for most, which computers are gone, and
// the export of the history. The period and the organization are in the address.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api, Problem } from "../../api.js";
import { ifMay } from "../../may.js";
import { useResource } from "../../resource.js";
import { query, setQuery } from "../../router.js";
import { namesOf, organizationOf, useOrganizations } from "../../places.js";
import { OrganizationFilter } from "../../components/place-filters.js";
import { Card } from "../../components/card.js";
import { Empty } from "../../components/empty.js";
import { Field } from "../../components/field.js";
import { Icon } from "../../components/icon.js";
import { Later } from "../../components/later.js";
import { Loaded } from "../../components/loaded.js";
import { PageHead } from "../../components/page-head.js";
import { Select } from "../../components/select.js";
import { Days } from "./days.js";
import { Organizations } from "./organizations.js";
import { Deciders, Files, Publishers } from "./tops.js";
import { Unseen, unseenBelow, useUnseen } from "./unseen.js";
import { Waited } from "./waited.js";
import { PRESETS, lengthOf, periodOf, presetOf, shifted, today } from "./model.js";

export const styles = [import.meta.resolve("../../styles/charts.css"), import.meta.resolve("./page.css")];

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {{ from: string, to: string }} Period */

const loadExport = async () => (await import("./export.js")).ExportHistory;

export default function Reports() {
  const organization = organizationOf(query.value.get("organization"));
  const period = periodOf();
  const organizations = useOrganizations();
  const names = namesOf(organizations.data?.items);
  const of = { organization_id: organization, from: period.from, to: period.to };
  const report = useResource((signal) => api.get("/v1/reports/requests", { query: of, signal }), [organization, period.from, period.to]);
  const before = useResource((signal) => ifMay("reports.view", organization, () => madeBefore(organization, period, signal), null, signal), [organization, period.from, period.to]);
  const links = report.data && html`<a class="button button-small" href=${csv("/v1/reports/requests", of)} download="requests-by-day.csv"><${Icon} name="download" small />${t("reports.csv")}</a>`;
  return html`
    <${PageHead} title=${t("reports.title")} end=${links} />
    <div class="page-body">
      <div class="filters"><${OrganizationFilter} organizations=${organizations.data?.items} organization=${organization} /><${PeriodFilter} period=${period} /></div>
      <${Loaded} resource=${report} names=${names} rows=${6}>${(/** @type {Schemas["RequestsReport"]} */ data) => html`
        ${isEmpty(data)
          ? html`<${Card} padded=${false}><${Empty} title=${t("reports.none")}>${t("reports.noneWords")}<//><//>`
          : html`<div class="reports">
              <div class="report-wide"><${Days} report=${data} period=${period} before=${before.data} /></div>
              <div class="report-narrow"><${Waited} report=${data} /></div>
              <div class="report-third"><${Deciders} report=${data} /></div>
              <div class="report-third"><${Files} report=${data} /></div>
              <div class="report-third"><${Publishers} report=${data} /></div>
            </div>`}
        <${Below} organization=${organization} period=${period} organizations=${organizations.data?.items ?? []} asked=${!isEmpty(data)} />`}<//>
      <${Later} load=${loadExport} organization=${organization} period=${period} names=${names} />
      ${report.data && html`<${Links} of=${of} />`}
    </div>`;
}

/** The computers that were not seen, and the numbers of each organization below. @param {{ organization: string, period: Period, organizations: import("../../places.js").Organization[], asked: boolean }} props `asked`: whether there are requests */
function Below({ organization, period, organizations, asked }) {
  const unseen = useUnseen(organization);
  return html`
    <${Unseen} organization=${organization} names=${namesOf(organizations)} unseen=${unseen} />
    ${asked && html`<${Organizations} key=${`${organization} ${period.from} ${period.to}`} organization=${organization} period=${period} unseen=${unseenBelow(unseen.data, organizations)} />`}`;
}

/** @param {Schemas["RequestsReport"]} report */
const isEmpty = ({ total }) => total.made + total.approved + total.denied + total.ignored + total.expired + total.cancelled === 0;

/** How many were made in the time before, which is as long; null if that is not kept. @param {string} organization @param {Period} period @param {AbortSignal} signal */
async function madeBefore(organization, period, signal) {
  const length = lengthOf(period);
  try {
    const { total } = await api.get("/v1/reports/requests", { query: { organization_id: organization, from: shifted(period.from, -length), to: shifted(period.from, -1) }, signal });
    return total.made;
  } catch (problem) {
    if (problem instanceof Problem) return null;
    throw problem;
  }
}

/** @param {{ period: Period }} props */
function PeriodFilter({ period }) {
  const asked = useSignal(false);
  const preset = presetOf(period);
  const own = asked.value || preset === "own";
  const options = [...PRESETS.map((n) => ({ value: String(n), label: t("reports.last", { n }) })), { value: "own", label: t("reports.own") }];
  const choose = (/** @type {string} */ value) => {
    asked.value = value === "own";
    if (value !== "own") setQuery({ from: shifted(today(), 1 - Number(value)), to: null });
  };
  return html`
    <${Select} label=${t("reports.period")} value=${own ? "own" : preset} options=${options} onChange=${choose} />
    ${own && html`
      <${Field} label=${t("reports.from")} name="from" type="date" max=${period.to} value=${period.from} onInput=${(/** @type {string} */ from) => from && setQuery({ from, to: period.to }, { replace: true })} />
      <${Field} label=${t("reports.to")} name="to" type="date" max=${today()} value=${period.to} onInput=${(/** @type {string} */ to) => to && setQuery({ to, from: period.from }, { replace: true })} />`}`;
}

/** @param {string} path @param {Record<string, string | number>} of @param {string} [format] */
function csv(path, of, format = "csv") {
  return `${path}?${new URLSearchParams({ ...Object.fromEntries(Object.entries(of).map(([name, value]) => [name, String(value)])), format })}`;
}

/** The numbers as files. @param {{ of: Record<string, string> }} props */
function Links({ of }) {
  const { organization_id: organization } = of;
  const days = query.value.get("unseen") ?? "30";
  const unseen = { organization_id: organization, unseen_days: days };
  const files = [
    { key: "day", path: "/v1/reports/requests", of, name: "requests-by-day" },
    { key: "organization", path: "/v1/reports/requests", of: { ...of, by: "organization", limit: "200" }, name: "requests-by-organization" },
    { key: "computers", path: "/v1/reports/computers", of: unseen, name: "computers-not-seen" },
  ];
  return html`
    <${Card} title=${t("reports.files")} padded=${false}>
      <ul class="item-lines">${files.map((file) => html`<li key=${file.key} class="item-line"><span class="item-words">${t(`reports.file.${file.key}`)}</span>
        ${["csv", "json"].map((format) => html`<a key=${format} class="button button-small" href=${csv(file.path, file.of, format)} download=${`${file.name}.${format}`} aria-label=${t(`reports.as.${format}`, { what: t(`reports.file.${file.key}`) })}><${Icon} name="download" small />${format.toUpperCase()}</a>`)}</li>`)}</ul>
    <//>`;
}
