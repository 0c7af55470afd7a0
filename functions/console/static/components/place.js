// A computer in its group, with its organization below.

import { html } from "../ui.js";
import { rich } from "../i18n.js";
import { Text } from "./text.js";

/** @param {{ computer: string, group?: string | null, organization?: string, href?: string }} props */
export function Place({ computer, group, organization, href }) {
  const name = href ? html`<a href=${href}><${Text} text=${computer} /></a>` : html`<${Text} text=${computer} />`;
  return html`<span class="place">${group ? rich("place.inGroup", { computer: name, group: html`<span class="quiet"><${Text} text=${group} /></span>` }) : name}${organization && html`<span class="place-organization"><${Text} text=${organization} /></span>`}</span>`;
}
