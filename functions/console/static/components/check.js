// A box to tick.

import { html, useEffect, useRef } from "../ui.js";

/**
 * @param {{
 *   children?: any, checked: boolean, onChange: (checked: boolean, event: Event) => void, label?: string, partly?: boolean,
 *   off?: boolean, describedBy?: string, id?: string
 * }} props `label` names it where no words stand beside it
 */
export function Check({ children, checked, onChange, label, partly = false, off, describedBy, id }) {
  const box = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    if (box.current) box.current.indeterminate = partly;
  }, [partly]);
  const input = html`<input ref=${box} id=${id} type="checkbox" class="check" checked=${checked} disabled=${off} aria-label=${label}
    aria-describedby=${describedBy} onChange=${(/** @type {any} */ event) => onChange(event.target.checked, event)} />`;
  return children ? html`<label class="check-row">${input}<span>${children}</span></label>` : html`<span class="check-alone">${input}</span>`;
}
