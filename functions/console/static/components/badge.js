// A badge: something that changes a decision, in one or two words.

import { html } from "../ui.js";
import { Icon } from "./icon.js";

/** @param {{ children: any, kind?: "plain" | "good" | "bad" | "warn" | "info" | "accent", icon?: string }} props */
export function Badge({ children, kind = "plain", icon }) {
  return html`<span class=${`badge badge-${kind}`}>${icon && html`<${Icon} name=${icon} small />`}${children}</span>`;
}
