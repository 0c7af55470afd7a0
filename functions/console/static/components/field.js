// A labelled field: its hint and its error are read with it.

import { html, useEffect, useId, useRef } from "../ui.js";
import { isolated } from "./text.js";

/**
 * @param {{
 *   label: any, name: string, value?: string, onInput?: (value: string) => void, type?: string, hint?: any, error?: string,
 *   id?: string, rows?: number, hideLabel?: boolean, placeholder?: string, takesFocus?: boolean, [attribute: string]: any
 * }} props with `rows` it is a text area; `takesFocus`: once it is shown; further attributes go to the control
 */
export function Field({ label, name, value, onInput, type = "text", hint, error, id, rows, hideLabel, placeholder, takesFocus, ...more }) {
  const own = useId();
  const control = id ?? own;
  const described = [hint && `${control}-hint`, error && `${control}-error`].filter(Boolean).join(" ") || undefined;
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (takesFocus) element.current?.focus();
  }, []);
  const common = {
    ref: element,
    // A dialog that opens with it focuses it then.
    "data-first": takesFocus ? "" : undefined,
    id: control,
    name,
    value,
    placeholder,
    class: "input",
    "aria-describedby": described,
    "aria-invalid": error ? "true" : undefined,
    onInput: (/** @type {any} */ event) => onInput?.(event.target.value),
    ...more,
  };
  return html`
    <div class="field">
      <label for=${control} class=${hideLabel ? "only-read" : undefined}>${label}</label>
      ${hint && html`<p class="hint" id=${`${control}-hint`}>${hint}</p>`}
      ${rows ? html`<textarea ...${common} rows=${rows} dir="auto"></textarea>` : html`<input ...${common} type=${type} />`}
      ${error && html`<p class="field-error" id=${`${control}-error`}>${isolated(error)}</p>`}
    </div>`;
}
