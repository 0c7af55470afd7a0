// An entry of the audit: one line, and its details when it is unfolded.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { setQuery } from "../../router.js";
import { Icon } from "../../components/icon.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";
import { Details } from "./details.js";
import { said } from "./sentences.js";

/** @typedef {import("./sentences.js").Entry} Entry */
/** @typedef {import("./sentences.js").Names} Names */

/** @param {{ entry: Entry, names: Names, elsewhere: boolean, open: boolean, at: import("../../components/near-list.js").At }} props `elsewhere`: it happened at another organization than the chosen one */
export function AuditEntry({ entry, names, elsewhere, open, at }) {
  const toggled = (/** @type {any} */ event) => {
    const isOpen = event.currentTarget.open;
    if (isOpen !== open) setQuery({ entry: isOpen ? entry.id : null }, { replace: true });
  };
  return html`
    <li ...${at}><details class="audit-entry" open=${open} onToggle=${toggled}>
      <summary>
        <span class="audit-said"><${Sentence} entry=${entry} names=${names} /></span>
        ${elsewhere && names.organizations[entry.organization_id] && html`<span class="audit-place"><${Text} text=${names.organizations[entry.organization_id]} cut /></span>`}
        <span class="audit-time"><${Time} at=${entry.at} as="moment" /></span>
        <${Icon} name="down" small />
      </summary>
      ${open && html`<div class="audit-details"><${Details} entry=${entry} names=${names} /></div>`}
    </details></li>`;
}

/** @param {{ entry: Entry, names: Names }} props */
export function Sentence({ entry, names }) {
  const { key, parameters } = said(entry, names);
  return rich(key, { ...parameters, who: html`<${Who} actor=${entry.actor} names=${names} />` });
}

/** @param {{ actor: Entry["actor"], names: Names }} props */
function Who({ actor, names }) {
  const name = actor.kind === "administrator" ? actor.name : actor.kind === "computer" && names.computers[actor.id];
  if (name) return html`<b><${Text} text=${name} /></b>`;
  return html`<span>${t(`audit.who.${actor.kind}`)}</span>`;
}
