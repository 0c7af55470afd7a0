// Something that is needed one time in ten: folded to its title and what is in it. That is read once it is opened.

import { html, useSignal } from "../ui.js";
import { Icon } from "./icon.js";

/** @param {{ icon: string, title: any, end?: any, open?: boolean, onToggle?: (open: boolean) => void, children: any }} props */
export function Fold({ icon, title, end, open, onToggle, children }) {
  const opened = useSignal(false);
  const toggled = (/** @type {any} */ event) => {
    opened.value ||= event.currentTarget.open;
    onToggle?.(event.currentTarget.open);
  };
  return html`
    <details class="fold" open=${open} onToggle=${toggled}>
      <summary><${Icon} name=${icon} /><span class="fold-title">${title}</span><span class="fold-end">${end}</span><${Icon} name="down" /></summary>
      <div class="fold-body">${(open || opened.value) && children}</div>
    </details>`;
}
