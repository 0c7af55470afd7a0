// A link that is an icon alone, such as the one that closes a panel.

import { html } from "../ui.js";
import { Tip } from "./button.js";
import { Icon } from "./icon.js";

/** @param {{ href: string, icon: string, label: string }} props */
export const IconLink = ({ href, icon, label }) => html`<a class="button button-bare button-icon" href=${href} aria-label=${label}><${Icon} name=${icon} /><${Tip} words=${label} /></a>`;
