// A choice from a list: the browser's own control, which phones show best.

import { html, useId } from "../ui.js";
import { Icon } from "./icon.js";

/** @typedef {{ value: string, label: string, off?: boolean, group?: string }} Choice those of one `group` follow each other */

/**
 * @param {{
 *   label: any, value: string, onChange: (value: string) => void, options: Choice[],
 *   id?: string, hideLabel?: boolean, bare?: boolean
 * }} props `bare`: without a frame, for toolbars
 */
export function Select({ label, value, onChange, options, id, hideLabel, bare }) {
  const own = useId();
  const control = id ?? own;
  const change = (/** @type {any} */ { target }) => {
    onChange(target.value);
    // What is chosen may stay as it was: the page asks before it loses changes.
    target.value = value;
  };
  return html`
    <div class=${bare ? "select-bare" : "field"}>
      <label for=${control} class=${hideLabel ? "only-read" : undefined}>${label}</label>
      <span class="select-box"><select id=${control} class="select" value=${value} onChange=${change}>
        ${grouped(options).map(({ group, choices }) => {
          const shown = choices.map((one) => html`<option value=${one.value} selected=${one.value === value} disabled=${one.off}>${one.label}</option>`);
          return group ? html`<optgroup label=${group}>${shown}</optgroup>` : shown;
        })}
      </select><${Icon} name="down" small /></span>
    </div>`;
}

/** @param {Choice[]} options */
function grouped(options) {
  /** @type {{ group: string | undefined, choices: Choice[] }[]} */
  const groups = [];
  for (const one of options) {
    const last = groups.at(-1);
    if (last && last.group === one.group) last.choices.push(one);
    else groups.push({ group: one.group, choices: [one] });
  }
  return groups;
}
