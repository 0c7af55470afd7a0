// The head of a page: where it belongs, its title, and what can be done with it. It also names the window.

import { html, useEffect } from "../ui.js";
import { count } from "../format.js";
import { Icon } from "./icon.js";
import { plainly } from "./text.js";
import { Title } from "./title.js";

/**
 * @param {{ title: string, shown?: any, back?: { href: string, label: any }, beside?: any, end?: any, tabs?: any, below?: any, n?: number, narrow?: boolean }} props
 * `shown`: the title as elements; `n`: a count for the window's title
 */
export function PageHead({ title, shown, back, beside, end, tabs, below, n }) {
  useEffect(() => {
    document.title = `${n ? `(${count(n)}) ` : ""}${plainly(title)} – Countersign`;
  }, [title, n]);
  return html`
    <header class=${tabs ? "page-head page-head-tabs" : "page-head"}>
      ${back && html`<a class="page-back" href=${back.href}><${Icon} name="back" small /><span>${back.label}</span></a>`}
      <div class="page-title"><${Title}>${shown ?? title}<//>${beside}<div class="page-end">${end}</div></div>
      ${below}${tabs}
    </header>`;
}
