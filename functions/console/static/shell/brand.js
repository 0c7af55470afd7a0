// The product's mark, or the logo of the reader's organization.

import { html } from "../ui.js";
import { who } from "../session.js";

export function BrandMark() {
  const logo = who.value?.brand.has_logo;
  return html`<img class="brand-mark" src=${logo ? "/v1/session/logo" : "/icon.svg"} alt="" width="26" height="26" />`;
}
