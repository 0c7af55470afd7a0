// An empty place says why it is empty and what to do next. Never for errors.

import { html } from "../ui.js";

/** @param {{ title: any, children?: any, action?: any }} props */
export function Empty({ title, children, action }) {
  return html`<div class="empty"><h2>${title}</h2>${children && html`<p>${children}</p>`}${action && html`<div class="empty-action">${action}</div>`}</div>`;
}
