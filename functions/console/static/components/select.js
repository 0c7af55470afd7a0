// A choice from a list: the browser's own control, which phones show best.

import { html, useId } from "../ui.js";

/**
 * @param {{
 *   label: any, value: string, onChange: (value: string) => void, options: { value: string, label: string, off?: boolean }[],
 *   id?: string, hideLabel?: boolean, bare?: boolean
 * }} props `bare`: without a frame, for toolbars
 */
export function Select({ label, value, onChange, options, id, hideLabel, bare }) {
  const own = useId();
  const control = id ?? own;
  return html`
    <div class=${bare ? "select-bare" : "field"}>
      <label for=${control} class=${hideLabel ? "only-read" : undefined}>${label}</label>
      <select id=${control} class="select" value=${value} onChange=${(/** @type {any} */ event) => onChange(event.target.value)}>
        ${options.map((one) => html`<option value=${one.value} selected=${one.value === value} disabled=${one.off}>${one.label}</option>`)}
      </select>
    </div>`;
}
