// A note in a tint, with a shape that carries the same meaning.

import { html } from "../ui.js";
import { Icon } from "./icon.js";

const ICONS = { info: "people", good: "check", warn: "warning", bad: "warning", plain: "lock" };

/** @param {{ kind?: "info" | "good" | "warn" | "bad" | "plain", icon?: string, title?: any, children?: any, role?: string, id?: string }} props */
export function Note({ kind = "plain", icon, title, children, role, id }) {
  return html`<div class=${`note note-${kind}`} role=${role} id=${id}><${Icon} name=${icon ?? ICONS[kind]} /><div class="note-words">${title && html`<b>${title}</b> `}${children}</div></div>`;
}
