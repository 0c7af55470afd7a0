// The same by organization: those below at any depth, each with everything below it.

import { html } from "../../ui.js";
import { locale, t } from "../../i18n.js";
import { api } from "../../api.js";
import { usePages } from "../../pages.js";
import { Card } from "../../components/card.js";
import { ShowMore } from "../../components/more.js";
import { Table } from "../../components/table.js";
import { Text } from "../../components/text.js";
import { withQuery } from "../../router.js";
import { endedOf, isSplit, waited } from "./model.js";

/** @typedef {import("./page.js").Schemas["ReportedOrganization"]} Row */

const numbers = new Intl.NumberFormat(locale);

/** @param {{ organization: string, period: import("./page.js").Period, unseen: Map<string, number> | null }} props `unseen`: computers, by organization; null if that is not known */
export function Organizations({ organization, period, unseen }) {
  const list = usePages(async (cursor, signal) => {
    const page = await api.get("/v1/reports/requests", { query: { organization_id: organization, from: period.from, to: period.to, by: "organization", cursor }, signal });
    return { items: page.organizations, next_cursor: page.next_cursor };
  }, [organization, period.from, period.to]);
  const rows = [...(list.data?.items ?? [])].sort((one, other) => other.made - one.made);
  if (!rows.length && !list.data?.cursor) return null;
  return html`
    <div class="numbers"><${Card} title=${t("reports.byOrganization")} padded=${false}><${Table} caption=${t("reports.byOrganization")} columns=${columns(unseen)} rows=${rows} keyOf=${(/** @type {Row} */ one) => one.organization.id} /><//>
    <${ShowMore} list=${list} /></div>`;
}

/** @param {Map<string, number> | null} unseen @returns {import("../../components/table.js").Column<Row>[]} */
const columns = (unseen) => [
  { title: t("reports.organization"), card: "title", width: "27%", cell: (one) => html`<a href=${withQuery({ organization: one.organization.id })}><${Text} text=${one.organization.name} /></a>` },
  { title: t("reports.requests"), end: true, cell: (one) => numbers.format(one.made) },
  { title: t("reports.approved"), card: "more", end: true, cell: (one) => numbers.format(one.approved) },
  { title: t("reports.denied"), card: "more", end: true, cell: (one) => numbers.format(one.denied) },
  { title: t("reports.ended"), card: "more", end: true, cell: (one) => numbers.format(endedOf(one)) },
  { title: t("reports.approvedByRule"), card: "more", end: true, cell: (one) => (isSplit(one) ? numbers.format(one.approved_by_rule) : "–") },
  { title: t("reports.deniedByRule"), card: "more", end: true, cell: (one) => (isSplit(one) ? numbers.format(one.denied_by_rule) : "–") },
  { title: t("reports.half"), card: "more", end: true, cell: (one) => (one.time_to_decision.median_seconds === null || one.time_to_decision.median_seconds === undefined ? "–" : waited(one.time_to_decision.median_seconds)) },
  { title: t("reports.notSeen"), end: true, cell: (one) => (unseen ? numbers.format(unseen.get(one.organization.id) ?? 0) : "–") },
];
