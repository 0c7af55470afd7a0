// A menu of further actions behind "More". The browser's own popover closes it.

import { html, useId, useRef } from "../ui.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";

/** How near to the edge of the window it may come. */
const EDGE = 8;

/** @typedef {{ label: any, icon: string, onClick: () => void, bad?: boolean, off?: any }} Item */

/** @param {{ label: string, items: (Item | null | false)[], icon?: string, text?: any }} props `text`: words on the button, beside its icon */
export function Menu({ label, items, icon = "more", text }) {
  const id = useId();
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const open = (/** @type {MouseEvent} */ event) => {
    const button = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
    const menu = box.current;
    if (!menu) return;
    menu.togglePopover();
    const below = button.bottom + menu.offsetHeight + EDGE < innerHeight;
    menu.style.setProperty("--menu-top", `${below ? button.bottom : Math.max(EDGE, button.top - menu.offsetHeight)}px`);
    menu.style.setProperty("--menu-end", `${Math.max(EDGE, document.documentElement.clientWidth - button.right)}px`);
  };
  const chosen = (/** @type {Item} */ item) => {
    box.current?.hidePopover();
    item.onClick();
  };
  return html`
    <span class="menu-place"><${Button} kind=${text ? "plain" : "bare"} size=${text ? "small" : "normal"} icon=${icon} label=${text ? undefined : label} onClick=${open} controls=${id}>${text}<//>
      <div id=${id} ref=${box} class="menu" popover role="group" aria-label=${label}>
        ${items.map((item) => item && html`<button type="button" class=${item.bad ? "menu-item menu-bad" : "menu-item"} aria-disabled=${item.off ? "true" : undefined}
          onClick=${() => (item.off ? undefined : chosen(item))}><${Icon} name=${item.icon} /><span>${item.label}${item.off && html`<span class="menu-why">${item.off}</span>`}</span></button>`)}
      </div></span>`;
}
