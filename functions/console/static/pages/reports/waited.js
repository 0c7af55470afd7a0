// How long requests waited that people decided.

import { html } from "../../ui.js";
import { locale, t } from "../../i18n.js";
import { Chart } from "../../components/chart.js";
import { Table } from "../../components/table.js";
import { TwoWays } from "../../components/two-ways.js";
import { stepsOf, waited } from "./model.js";

/** @typedef {import("./page.js").Schemas} Schemas */
/** @typedef {Schemas["WaitedStep"] & { from: number }} Step */

const numbers = new Intl.NumberFormat(locale);

/** @param {{ report: Schemas["RequestsReport"] }} props */
export function Waited({ report }) {
  const { decided_by_people: n, time_to_decision: time } = report.total;
  const steps = stepsOf(time.distribution);
  const { median_seconds: half, nine_of_ten_seconds: nine } = time;
  const title = half === null || half === undefined ? t("reports.nobodyDecided") : t("reports.halfWithin", { span: waited(half) });
  const words = n > 0 && html`<p>${t("reports.byPeople", { n })} ${nine !== null && nine !== undefined && t("reports.nineWithin", { span: waited(nine) })}</p>`;
  /** @type {Step[]} */
  const rows = time.distribution.map((step, nth) => ({ ...step, from: time.distribution[nth - 1]?.up_to_seconds ?? 0 }));
  return html`<${TwoWays} name="waited" title=${title} words=${words || undefined}
    chart=${html`<${Chart} title=${t("reports.waitedChart")} finding=${`${title}. ${nine !== null && nine !== undefined ? t("reports.nineWithin", { span: waited(nine) }) : ""}`} tones=${[1]} every wide=${54} height=${244} columns=${steps.map(({ label, count }) => ({ label, values: [count] }))} />`}
    table=${html`<${Table} caption=${t("reports.waitedChart")} rows=${rows} keyOf=${(/** @type {Step} */ one) => String(one.from)} columns=${[
      { title: t("reports.waited"), card: "title", cell: (/** @type {Step} */ one) => (one.up_to_seconds ? t("reports.upTo", { span: waited(one.up_to_seconds) }) : t("reports.longer", { span: waited(one.from) })) },
      { title: t("reports.requests"), end: true, cell: (/** @type {Step} */ one) => numbers.format(one.count) },
    ]} />`} />`;
}
