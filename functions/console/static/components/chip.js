// Chips: choices of which one is chosen (`Chips`), or a filter that is a link (`ChipLink`).

import { html, useId } from "../ui.js";

/**
 * @param {{
 *   legend: any, hideLegend?: boolean, value: string | null, onChange: (value: string) => void, off?: boolean,
 *   options: { value: string, label: any }[]
 * }} props
 */
export function Chips({ legend, hideLegend, value, onChange, options, off }) {
  const name = useId();
  return html`
    <fieldset class="options-set">
      <legend class=${hideLegend ? "only-read" : "field-label"}>${legend}</legend>
      <div class="chips">${options.map((one) => html`
        <label key=${one.value} class=${`chip${one.value === value ? " chip-on" : ""}`}>
          <input type="radio" class="only-read" name=${name} value=${one.value} checked=${one.value === value} disabled=${off} onChange=${() => onChange(one.value)} />
          ${one.label}
        </label>`)}
      </div>
    </fieldset>`;
}

/** @param {{ href: string, on: boolean, children: any, n?: string }} props */
export function ChipLink({ href, on, children, n }) {
  return html`<a class=${`chip${on ? " chip-on" : ""}`} href=${href} aria-current=${on ? "true" : undefined}>${children}${n !== undefined && html` <span class="count">${n}</span>`}</a>`;
}
