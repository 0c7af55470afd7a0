// A person, or the organization above whose people the reader may not see.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { initials } from "../format.js";
import { Text, plainly } from "./text.js";

/** @param {{ name: string | null | undefined }} props */
export function Person({ name }) {
  return name ? html`<${Text} text=${name} />` : html`<span>${t("person.managing")}</span>`;
}

/** @param {{ name: string }} props */
export function Avatar({ name }) {
  return html`<span class="avatar" aria-hidden="true">${initials(plainly(name))}</span>`;
}
