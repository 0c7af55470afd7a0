// The product's mark, or the logo of the reader's organization, with a strip in its colour. No word stands on that colour, and no token has it.

import { html } from "../ui.js";
import { who } from "../session.js";

export function BrandMark() {
  const brand = who.value?.brand;
  const strip = (/** @type {HTMLElement | null} */ mark) => mark?.style.setProperty("--brand", brand?.colour ?? "transparent");
  return html`<img class="brand-mark" ref=${strip} src=${brand?.has_logo ? "/v1/session/logo" : "/icon.svg"} alt="" width="26" height="26" />`;
}
