// Who decided most, and which files and publishers were asked for most: counted by month, in bounded room.

import { html } from "../../ui.js";
import { locale, rich, t } from "../../i18n.js";
import { day } from "../../format.js";
import { commonName } from "../../request/facts.js";
import { BarList } from "../../components/bar-list.js";
import { shortHash } from "../../components/hash.js";
import { Person } from "../../components/person.js";
import { Table } from "../../components/table.js";
import { FileName, Text } from "../../components/text.js";
import { TwoWays } from "../../components/two-ways.js";

/** @typedef {import("./page.js").Schemas} Schemas */
/** @typedef {{ report: Schemas["RequestsReport"] }} Props */
/** @typedef {{ key: string, name: any, plain: any, value: number, excess: number, more?: any }} Row `plain`: its name for the title, where it is known */

const SHOWN = 6;
const numbers = new Intl.NumberFormat(locale);

/** @param {Props} props */
export function Deciders({ report }) {
  const rows = report.deciders.map(({ administrator_id: id, name, count, excess }, nth) => ({
    key: id ?? `above-${nth}`, value: count, excess, plain: id && name,
    name: id ? html`<a href=${`/administrators/${id}`}><${Text} text=${name || id} /></a>` : html`<${Person} name=${null} />`,
  }));
  return html`<${Top} name="deciders" title=${t("reports.deciders")} finding="reports.decidedMost" none=${t("reports.noDeciders")} first=${t("reports.decider")} second=${t("reports.decided")} rows=${rows} from=${report.top_from} />`;
}

/** @param {Props} props */
export function Files({ report }) {
  const rows = report.files.map(({ sha256, name, count, excess }) => ({
    key: sha256, value: count, excess, plain: html`<${FileName} name=${name} />`, more: html`<code title=${sha256}>${shortHash(sha256)}</code>`,
    name: html`<a href=${`/requests?status=all&organization=${report.organization.id}&q=${sha256}`}><${FileName} name=${name} /></a>`,
  }));
  return html`<${Top} name="files" title=${t("reports.topFiles")} finding="reports.fileMost" none=${t("reports.noFiles")} first=${t("reports.fileName")} second=${t("reports.asked")} rows=${rows} from=${report.top_from} />`;
}

/** @param {Props} props */
export function Publishers({ report }) {
  const rows = report.publishers.map(({ name, count, excess }, nth) => ({ key: `${nth} ${name}`, value: count, excess, plain: commonName(name) ?? name, name: html`<${Text} text=${commonName(name) ?? name} />` }));
  return html`<${Top} name="publishers" title=${t("reports.topPublishers")} finding="reports.publisherMost" none=${t("reports.noPublishers")} first=${t("reports.publisher")} second=${t("reports.asked")} rows=${rows} from=${report.top_from} />`;
}

/** What is first, if it surely is: a number may be too high. @param {Row[]} rows */
function firstOf([first, second]) {
  return first && (!second || first.value - first.excess > second.value) ? first.plain : null;
}

/** @param {{ name: string, title: string, finding: string, none: string, first: string, second: string, rows: Row[], from: string | null | undefined }} props `finding`: the text that says of one row that it is the first */
function Top({ name, title, finding, none, first, second, rows, from }) {
  const rest = rows.slice(SHOWN).reduce((sum, { value }) => sum + value, 0);
  const shown = [...rows.slice(0, SHOWN), ...(rest ? [{ key: "rest", name: t("reports.others", { n: rows.length - SHOWN }), value: rest }] : [])];
  if (!rows.length) return html`<${TwoWays} name=${name} title=${title} chart=${html`<p class="quiet">${none}</p>`} table=${html`<p class="padded quiet">${none}</p>`} />`;
  const most = firstOf(rows);
  return html`<${TwoWays} name=${name} title=${most ? rich(finding, { name: most }) : title} words=${from && html`<p>${t("reports.byMonth", { day: day(from) })}</p>`}
    chart=${html`<${BarList} label=${title} rows=${shown} />`}
    table=${html`<${Table} caption=${title} rows=${rows} keyOf=${(/** @type {Row} */ one) => one.key} columns=${[
      { title: first, card: "title", cell: (/** @type {Row} */ one) => html`${one.name}${one.more && html`<span class="second">${one.more}</span>`}` },
      { title: second, end: true, cell: (/** @type {Row} */ one) => (one.excess ? t("reports.between", { least: one.value - one.excess, most: one.value }) : numbers.format(one.value)) },
    ]} />`} />`;
}
