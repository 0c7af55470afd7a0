// One grant: what, for whom, until when, on how many of its computers it was used; and what can be done with it.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { computerName, span } from "../../format.js";
import { now } from "../../resource.js";
import { usedOf } from "../../fleet/used-of.js";
import { Badge } from "../../components/badge.js";
import { Button } from "../../components/button.js";
import { Fold } from "../../components/fold.js";
import { Facts } from "../../components/facts.js";
import { Hash } from "../../components/hash.js";
import { Icon } from "../../components/icon.js";
import { FileName, Text, plainly } from "../../components/text.js";
import { Time } from "../../components/time.js";

/** @typedef {import("./page.js").Grant} Grant */

const SOON = 3 * 86_400_000;

/** For whom it is, in words. @param {Grant} grant @param {string | undefined} group */
export function forWhom(grant, group) {
  if (grant.scope === "computer") return rich("grants.for.computer", { computer: computerName(grant.computer) });
  return grant.scope === "group" ? rich("grants.for.group", { group: group ?? t("grants.aGroup") }) : rich("grants.for.organization", { organization: grant.organization.name });
}

/** @param {{ grant: Grant, at: import("../../components/near-list.js").At, group: string | undefined, placed: boolean, change: ReturnType<typeof import("./may-change.js").useMayChange>, onRevoke: () => void, onEnd: () => void }} props `placed`: with its organization, where the list is of several */
export function GrantRow({ grant, at, group, placed, change, onRevoke, onEnd }) {
  const name = plainly(grant.name);
  return html`
    <li class=${grant.in_force ? "grant" : "grant grant-over"} ...${at}>
      <span class="grant-kind"><${Icon} name=${grant.kind} label=${t(`grants.kind.${grant.kind}`)} /></span>
      <div class="grant-what">
        <${FileName} name=${grant.name} />
        <p class="quiet small">${forWhom(grant, group)}${grant.condition === "publisher" && html` <${Badge} kind="info" icon="seal">${t("grants.publisher")}<//>`}</p>
        ${placed && grant.scope !== "organization" && html`<span class="place-organization"><${Text} text=${grant.organization.name} cut /></span>`}
      </div>
      <div class="grant-end">${grant.in_force ? html`<${End} grant=${grant} />` : html`<${Badge}>${t("grants.over")}<//>`}<p class="quiet small">${used(grant)}</p></div>
      <div class="grant-buttons">
        <${Button} size="small" off=${grant.in_force ? change.offEnd(grant) : t("grants.isOver")} label=${t("grants.endOne", { name })} onClick=${onEnd}>${t("grants.end")}<//>
        <${Button} size="small" kind="deny" off=${grant.in_force ? change.offRevoke(grant) : t("grants.isOver")} label=${t("grants.revokeOne", { name })} onClick=${onRevoke}>${t("grants.revoke")}<//>
      </div>
      <div class="grant-more"><${More} grant=${grant} /></div>
    </li>`;
}

/** @param {Grant} grant */
function used(grant) {
  if (grant.scope === "computer") return t(grant.used_by ? "grants.used" : "grants.unused");
  const part = usedOf(grant);
  if (part) return t("grants.usedOf", part);
  return grant.used_by ? t("grants.usedOn", { n: grant.used_by }) : t("grants.unused");
}

/** @param {{ grant: Grant }} props */
function End({ grant }) {
  const { first_use: first, expires_at: end } = grant;
  if (first) return html`<span>${t("grants.fromFirst", { span: span(first.lasts_seconds) })}</span>`;
  if (!end) return html`<span>${t("grants.noEnd")}</span>`;
  const soon = Date.parse(end) - now.value < SOON;
  const time = html`<${Time} at=${end} as="day" />`;
  return soon ? html`<${Badge} kind="warn" icon="clock">${rich("grants.until", { time })}<//>` : html`<span>${rich("grants.until", { time })}</span>`;
}

/** The name of somebody, if the reader may know of them. @param {Grant["administrator"]} administrator */
const nameOf = (administrator) => administrator?.name ?? t("person.managing");

/** @param {{ grant: Grant }} props */
function More({ grant }) {
  const { publisher } = grant;
  return html`
    <${Fold} icon="record" title=${t("grants.more")}>
      <${Facts} facts=${[
        { name: t("grants.request"), value: html`<a href=${`/requests/${grant.request_id}`}>${t("grants.openRequest")}</a>` },
        { name: t("grants.given"), value: rich("grants.givenBy", { name: nameOf(grant.administrator), time: html`<${Time} at=${grant.given_at} as="moment" />` }) },
        { name: t("grants.asked"), value: html`<a href=${`/computers/${grant.computer.id}?organization=${grant.organization.id}`}><${Text} text=${computerName(grant.computer)} /></a>` },
        { name: t("grants.organization"), value: html`<${Text} text=${grant.organization.name} />` },
        { name: t("grants.ends"), value: grant.expires_at && html`<${Time} at=${grant.expires_at} as="moment" />` },
        { name: t("grants.firstBy"), value: grant.first_use && html`<${Time} at=${grant.first_use.use_by} as="moment" />` },
        { name: t("grants.changed"), value: grant.changed && rich("grants.givenBy", { name: nameOf(grant.changed.administrator), time: html`<${Time} at=${grant.changed.at} as="moment" />` }) },
        { name: t("grants.publisherName"), value: publisher && html`<${Text} text=${publisher.subject ?? publisher.team_id ?? ""} />` },
        { name: "SHA-256", value: grant.sha256 && html`<${Hash} hash=${grant.sha256} />` },
      ]} />
    <//>`;
}
