// A card that shows the same numbers in two ways: as a chart, or as a table. Its title is the finding. Which one is in the
// address; paper shows both.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { query, setQuery } from "../router.js";
import { Button } from "./button.js";
import { Card } from "./card.js";

/** @param {{ name: string, title: any, end?: any, words?: any, chart: any, table: any }} props `name`: in the address, among `tables`; `words`: below the title */
export function TwoWays({ name, title, end, words, chart, table }) {
  const tables = (query.value.get("tables") ?? "").split(",").filter(Boolean);
  const asTable = tables.includes(name);
  const show = (/** @type {boolean} */ on) => setQuery({ tables: [...tables.filter((one) => one !== name), ...(on ? [name] : [])].join(",") }, { replace: true });
  const ways = html`
    ${end}<span class="two-ways" role="group" aria-label=${t("chart.ways")}>
      <${Button} size="small" icon="chart" label=${t("chart.asChart")} pressed=${!asTable} onClick=${() => show(false)} />
      <${Button} size="small" icon="table" label=${t("chart.asTable")} pressed=${asTable} onClick=${() => show(true)} /></span>`;
  return html`
    <${Card} title=${title} end=${ways} padded=${false}>
      ${words && html`<div class="two-ways-words">${words}</div>`}
      <div class=${asTable ? "two-ways-chart only-paper" : "two-ways-chart"}>${chart}</div>
      <div class=${asTable ? undefined : "only-paper"}>${table}</div>
    <//>`;
}
