// Tabs are links: each has its address.

import { html } from "../ui.js";

/** @param {{ label: string, tabs: { href: string, label: any, on: boolean, n?: string }[] }} props */
export function Tabs({ label, tabs }) {
  return html`
    <nav class="tabs" aria-label=${label}>
      ${tabs.map((tab) => html`<a key=${tab.href} href=${tab.href} class=${tab.on ? "tab tab-on" : "tab"} aria-current=${tab.on ? "page" : undefined}>${tab.label}${tab.n !== undefined && html` <span class="count">${tab.n}</span>`}</a>`)}
    </nav>`;
}
