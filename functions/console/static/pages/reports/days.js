// Requests over time by outcome, as stacked columns: what people approved and denied, what rules decided, what ended otherwise.

import { html } from "../../ui.js";
import { locale, t } from "../../i18n.js";
import { Chart } from "../../components/chart.js";
import { Table } from "../../components/table.js";
import { TwoWays } from "../../components/two-ways.js";
import { bucketsOf, endedOf, isSplit, lengthOf, shortDay } from "./model.js";

/** @typedef {import("./model.js").Bucket} Bucket */

const numbers = new Intl.NumberFormat(locale);
const TONES = [1, 2, 3, 4];
const SERIES = /** @type {const} */ (["approvedByPeople", "deniedByPeople", "byARule", "ended"]);

/** In the order of `SERIES`. @param {Bucket["outcomes"]} outcomes */
function valuesOf(outcomes) {
  const { approved, denied, approved_by_rule: approvedByRule, denied_by_rule: deniedByRule } = outcomes;
  return [approved - approvedByRule, denied - deniedByRule, approvedByRule + deniedByRule, endedOf(outcomes)];
}

/** @param {{ report: import("./page.js").Schemas["RequestsReport"], period: import("./page.js").Period, before: number | null }} props */
export function Days({ report, period, before }) {
  const { total } = report;
  const { unit, buckets } = bucketsOf(period, report.days);
  const totals = valuesOf(total);
  const words = html`
    <ul class="legend">${SERIES.map((name, nth) => html`<li key=${name}><svg viewBox="0 0 10 10" aria-hidden="true"><rect class=${`chart-${TONES[nth]}`} width="10" height="10" /></svg>${t(`reports.${name}`)} <b>${numbers.format(totals[nth])}</b></li>`)}</ul>
    <p>${t("reports.daysWords")} ${total.decided_by_rule > 0 && byRule(total)}</p>`;
  return html`<${TwoWays} name="days" title=${titleOf(total.made, before, lengthOf(period))} words=${words}
    chart=${html`<${Chart} title=${t(`reports.chart.${unit}`, { from: shortDay(period.from), to: shortDay(period.to) })} finding=${findingOf(buckets, total)} tones=${TONES} grid
      wide=${unit === "day" ? 22 : 44} columns=${buckets.map((bucket) => ({ label: bucket.label, weekend: bucket.weekend, values: valuesOf(bucket.outcomes) }))} />${buckets.at(-1)?.soFar && html`<p class="small quiet">${t("reports.lastSoFar", { name: buckets.at(-1)?.name })}</p>`}`}
    table=${html`<div class="numbers"><${Table} caption=${t("reports.overTime")} columns=${columns(unit)} rows=${buckets} keyOf=${(/** @type {Bucket} */ one) => one.key} /></div>`} />`;
}

/** "12 were decided by rules: 10 approved, 2 denied." @param {import("./model.js").Outcomes} total */
function byRule(total) {
  const words = { n: total.decided_by_rule, approved: total.approved_by_rule, denied: total.denied_by_rule };
  return t(isSplit(total) ? "reports.byRuleSplit" : "reports.byRule", words);
}

/** "764 requests, 8% more than in the 14 days before" @param {number} made @param {number | null} before @param {number} n */
function titleOf(made, before, n) {
  if (!before) return t("reports.made", { n: made });
  const percent = Math.round(((made - before) / before) * 100);
  if (percent === 0) return t("reports.madeSame", { n: made, days: n });
  return t(percent > 0 ? "reports.madeMore" : "reports.madeLess", { n: made, days: n, percent: Math.abs(percent) });
}

/** @param {Bucket[]} buckets @param {import("./model.js").Outcomes} total */
function findingOf(buckets, total) {
  const heights = buckets.map(({ outcomes }) => valuesOf(outcomes).reduce((sum, value) => sum + value, 0));
  const most = Math.max(...heights);
  return t("reports.finding", { least: Math.min(...heights), n: most, name: buckets[heights.indexOf(most)]?.name ?? "", approved: total.approved, denied: total.denied, ended: endedOf(total) });
}

/** @param {string} unit @returns {import("../../components/table.js").Column<Bucket>[]} */
const columns = (unit) => [
  { title: t(`reports.unit.${unit}`), card: "title", cell: (one) => html`${one.name}${one.soFar && html` <span class="quiet">${t("reports.soFar")}</span>`}` },
  { title: t("reports.requests"), end: true, cell: (one) => numbers.format(one.outcomes.made) },
  { title: t("reports.approved"), end: true, cell: (one) => numbers.format(one.outcomes.approved) },
  { title: t("reports.denied"), card: "more", end: true, cell: (one) => numbers.format(one.outcomes.denied) },
  { title: t("reports.ended"), card: "more", end: true, cell: (one) => numbers.format(endedOf(one.outcomes)) },
  { title: t("reports.approvedByRule"), card: "more", end: true, cell: ({ outcomes }) => (isSplit(outcomes) ? numbers.format(outcomes.approved_by_rule) : "–") },
  { title: t("reports.deniedByRule"), card: "more", end: true, cell: ({ outcomes }) => (isSplit(outcomes) ? numbers.format(outcomes.denied_by_rule) : "–") },
];
