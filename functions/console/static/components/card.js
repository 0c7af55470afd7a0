// A card: something that is edited or read as one thing.

import { html, useId } from "../ui.js";

/** @param {{ title?: any, end?: any, children: any, foot?: any, padded?: boolean, strong?: boolean, id?: string }} props */
export function Card({ title, end, children, foot, padded = true, strong, id: anchor }) {
  const id = useId();
  return html`
    <section id=${anchor} class=${strong ? "card card-strong" : "card"} aria-labelledby=${title ? id : undefined}>
      ${title && html`<header class="card-head"><h2 id=${id}>${title}</h2>${end && html`<div class="card-end">${end}</div>`}</header>`}
      <div class=${padded ? "card-body" : undefined}>${children}</div>
      ${foot && html`<footer class="card-foot">${foot}</footer>`}
    </section>`;
}
