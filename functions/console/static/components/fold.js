// Something that is needed one time in ten: folded to its title and what is in it.

import { html } from "../ui.js";
import { Icon } from "./icon.js";

/** @param {{ icon: string, title: any, end?: any, open?: boolean, onToggle?: (open: boolean) => void, children: any }} props */
export function Fold({ icon, title, end, open, onToggle, children }) {
  const toggled = (/** @type {any} */ event) => onToggle?.(event.currentTarget.open);
  return html`
    <details class="fold" open=${open} onToggle=${toggled}>
      <summary><${Icon} name=${icon} /><span class="fold-title">${title}</span><span class="fold-end">${end}</span><${Icon} name="down" /></summary>
      <div class="fold-body">${children}</div>
    </details>`;
}
