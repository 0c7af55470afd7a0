// One row: the file's name, what changes a decision, person on computer, organization, age.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { computerName } from "../../format.js";
import { Badge } from "../../components/badge.js";
import { Check } from "../../components/check.js";
import { Icon } from "../../components/icon.js";
import { FileName, Text, deceives, nameInPlain } from "../../components/text.js";
import { Time } from "../../components/time.js";

/** @typedef {import("./list.js").Row} Row */

const MOST = 2;

/** At most two, those first that change a decision most. @param {Row} row @param {boolean} pendingOnly @param {boolean} someOpen whether the reader may open some of the list */
function badges(row, pendingOnly, someOpen) {
  const found = [
    row.flagged && html`<${Badge} kind="bad" icon="flag">${t("badge.flagged")}<//>`,
    deceives(row.subject.name) && html`<${Badge} kind="bad" icon="warning">${t("badge.hidden")}<//>`,
    row.computer.cloned && html`<${Badge} kind="warn" icon="warning">${t("badge.cloned")}<//>`,
    row.computer.unconfirmed && html`<${Badge} kind="warn" icon="warning">${t("badge.unconfirmed")}<//>`,
    !pendingOnly && row.status !== "pending" && html`<${Badge} kind=${KIND_OF[row.status] ?? "plain"}>${t(`status.${row.status}`)}<//>`,
    row.details?.signature === "unsigned" && html`<${Badge} kind="warn">${t("badge.unsigned")}<//>`,
    row.details?.signature === "unverified" && html`<${Badge} kind="warn">${t("signature.unverified")}<//>`,
    row.assignee && html`<${Badge} kind="accent">${rich("badge.taken", { name: row.assignee.administrator.name })}<//>`,
    row.other_requesters > 0 && html`<${Badge} kind="info">${t("badge.alsoAsk", { n: row.other_requesters })}<//>`,
    row.kind !== "application" && html`<${Badge}>${t(`kind.${row.kind}`)}<//>`,
    !row.can_open && someOpen && html`<${Badge} icon="lock">${t("badge.viewOnly")}<//>`,
  ];
  return found.filter(Boolean).slice(0, MOST);
}

/** @type {Record<string, "good" | "bad" | "plain">} */
const KIND_OF = { approved: "good", denied: "bad", revoked: "bad" };

/**
 * @param {{ row: Row, place: { at: number, of: number | undefined } | null, href: string, current: boolean, selected: boolean, onSelect: (on: boolean, range: boolean) => void, pendingOnly: boolean, selectable: boolean, someOpen: boolean }} props
 * `place`: its number, and of how many (-1: that is not known), where not all rows are in the document
 */
export function RequestRow({ row, place, href, current, selected, onSelect, pendingOnly, selectable, someOpen }) {
  const name = html`<${FileName} name=${row.subject.name} />`;
  const label = t("row.select", { name: nameInPlain(row.subject.name), computer: computerName(row.computer) });
  return html`
    <li class=${`list-row${current ? " list-row-on" : ""}${row.can_open ? "" : " list-row-closed"}`} data-request-id=${row.id} aria-posinset=${place?.at} aria-setsize=${place?.of}>
      ${selectable && html`<div class="row-check"><${Check} checked=${selected} off=${!row.can_open} label=${label} onChange=${(/** @type {boolean} */ on, /** @type {any} */ event) => onSelect(on, event.shiftKey)} /></div>`}
      <span class="row-kind"><${Icon} name=${row.kind} label=${t(`kind.${row.kind}`)} /></span>
      <div class="row-what">
        ${row.can_open ? html`<a class="row-name" href=${href} aria-current=${current ? "true" : undefined}>${name}</a>` : html`<span class="row-name">${name}</span>`}
      </div>
      <div class="row-badges">${badges(row, pendingOnly, someOpen)}${row.details?.reason && html`<span class="row-reason"><${Text} text=${row.details.reason} cut /></span>`}</div>
      <div class="row-who">${rich("row.who", { user: row.requester.username, computer: computerName(row.computer) })}</div>
      <div class="row-where"><${Text} text=${row.organization.name} cut /></div>
      <div class="row-age"><${Time} at=${row.created_at} as="age" narrow /></div>
    </li>`;
}
