// Names with a number each, drawn as lines of that length. Read aloud it is a list.

import { html } from "../ui.js";
import { locale } from "../i18n.js";

const numbers = new Intl.NumberFormat(locale);

/** @param {{ label: string, rows: { key: string, name: any, value: number }[], tone?: number }} props `tone`: the colour `chart-N` */
export function BarList({ label, rows, tone = 1 }) {
  const most = Math.max(...rows.map(({ value }) => value), 1);
  return html`
    <ul class="bars" aria-label=${label}>${rows.map(({ key, name, value }) => html`
      <li key=${key}><span class="bars-name">${name}</span><b>${numbers.format(value)}</b>
        <svg class="bars-line" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect class="bars-ground" width="100" height="1" /><rect class=${`chart-${tone}`} width=${(value / most) * 100} height="1" /></svg></li>`)}
    </ul>`;
}
