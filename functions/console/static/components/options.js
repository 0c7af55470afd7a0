// Rows of which one is chosen, with what it reaches at the right, and the reason below those that are out of reach.

import { html, useId } from "../ui.js";
import { Icon } from "./icon.js";

/**
 * @typedef {object} Option
 * @property {string} value
 * @property {any} title
 * @property {any} [detail]
 * @property {any} [end]
 * @property {any} [reason] why it cannot be chosen
 */

/** @param {{ legend: any, options: Option[], value: string, onChange: (value: string) => void, off?: boolean }} props */
export function Options({ legend, options, value, onChange, off }) {
  const name = useId();
  return html`
    <fieldset class="options-set">
      <legend class="field-label">${legend}</legend>
      <div class="options">${options.map((one) => html`<${Row} key=${one.value} one=${one} name=${name} chosen=${one.value === value} off=${off} onChange=${onChange} />`)}</div>
    </fieldset>`;
}

/** @param {{ one: Option, name: string, chosen: boolean, off?: boolean, onChange: (value: string) => void }} props */
function Row({ one, name, chosen, off, onChange }) {
  const reasonId = `${name}-${one.value}-reason`;
  const out = Boolean(one.reason);
  return html`
    <div class=${`option${chosen ? " option-on" : ""}${out ? " option-off" : ""}`}>
      <label class="option-label">
        <input type="radio" class="radio" name=${name} value=${one.value} checked=${chosen} disabled=${off || out}
          aria-describedby=${out ? reasonId : undefined} onChange=${() => onChange(one.value)} />
        <span class="option-words"><b>${one.title}</b> <span class="option-detail">${one.detail}</span></span>
        <span class="option-end">${out ? html`<${Icon} name="lock" small />` : one.end}</span>
      </label>
      ${out && html`<div class="option-reason" id=${reasonId}>${one.reason}</div>`}
    </div>`;
}
