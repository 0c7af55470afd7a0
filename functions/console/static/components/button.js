// A button. A disabled one stays focusable and is described by its reason; a busy one says so and does nothing more.

import { html, useId } from "../ui.js";
import { t } from "../i18n.js";
import { Icon } from "./icon.js";

/**
 * @param {{
 *   children?: any, onClick?: (event: MouseEvent) => void, kind?: "plain" | "primary" | "deny" | "danger" | "bare",
 *   size?: "small" | "normal" | "large", icon?: string, label?: string, type?: "button" | "submit", busy?: boolean,
 *   off?: any, keyHint?: string, pressed?: boolean, expanded?: boolean, controls?: string, id?: string, wide?: boolean,
 *   describedBy?: string, end?: string
 * }} props `off`: why it is disabled, shown by `aria-describedby`; `true` if the reason stands beside it (`describedBy`).
 * With `icon` and `label` but no children it is drawn as the icon alone, and the pointer is shown the label.
 */
export function Button({ children, onClick, kind = "plain", size = "normal", icon, label, type = "button", busy = false, off, keyHint, pressed, expanded, controls, id, wide, describedBy, end }) {
  const reasonId = useId();
  const alone = !children && icon;
  const disabled = busy || Boolean(off);
  const click = (/** @type {MouseEvent} */ event) => {
    if (disabled) event.preventDefault();
    else onClick?.(event);
  };
  const classes = ["button", `button-${kind}`, `button-${size}`, alone && "button-icon", wide && "button-wide"].filter(Boolean).join(" ");
  const hasReason = off && off !== true;
  return html`
    <button id=${id} class=${classes} type=${type} onClick=${click} aria-disabled=${disabled ? "true" : undefined}
      aria-label=${label} aria-pressed=${pressed === undefined ? undefined : String(pressed)} aria-busy=${busy ? "true" : undefined}
      aria-expanded=${expanded === undefined ? undefined : String(expanded)} aria-controls=${controls}
      aria-describedby=${hasReason ? reasonId : describedBy}>
      ${busy && html`<${Icon} name="again" small=${size !== "large"} />`}
      ${!busy && icon && html`<${Icon} name=${icon} small=${size === "small" && !alone} />`}
      ${busy ? t("button.sending") : children}
      ${end && html`<${Icon} name=${end} small />`}
      ${alone && html`<${Tip} words=${label} />`}
      ${keyHint && !busy && html`<kbd aria-hidden="true">${keyHint}</kbd>`}
      ${hasReason && html`<span hidden id=${reasonId}>${off}</span>`}
    </button>`;
}

/** What the pointer is shown over an icon alone. A screen reader has the same words from `aria-label`, and would say a title of the button once more. @param {{ words?: string }} props */
export const Tip = ({ words }) => html`<span class="tip" title=${words} aria-hidden="true"></span>`;
