// A hash: whole on its own page, breakable every eight digits; short elsewhere. Copied it is always whole.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { Copy } from "./copy.js";

/** @param {string} hash */
export const shortHash = (hash) => `${hash.slice(0, 8)}…${hash.slice(-4)}`;

/** @param {{ hash: string, boxed?: boolean, name?: string }} props */
export function Hash({ hash, boxed, name = "SHA-256" }) {
  const copy = html`<${Copy} text=${hash} label=${t("copy.hash")} alone=${!boxed} />`;
  const digits = hash.match(/.{1,8}/g)?.map((part, nth) => (nth ? [html`<wbr />`, part] : part));
  if (!boxed) return html`<span class="hash"><code>${digits}</code>${copy}</span>`;
  return html`<div><div class="boxed-head"><span class="label">${name}</span>${copy}</div><div class="boxed"><code>${digits}</code></div></div>`;
}
