// What a rule decides, in words: what fits it, how far its decision reaches, and for how long it counts.

import { html } from "../ui.js";
import { locale, rich, t } from "../i18n.js";
import { span } from "../format.js";
import { now } from "../resource.js";
import { commonName } from "../request/facts.js";
import { Badge } from "../components/badge.js";
import { shortHash } from "../components/hash.js";
import { Text } from "../components/text.js";
import { Time } from "../components/time.js";

/** @typedef {import("../api.js").Schemas} Schemas */
/** @typedef {Schemas["Rule"]} Rule */

const lists = new Intl.ListFormat(locale);

/** @param {{ rule: Rule }} props */
export function RuleState({ rule }) {
  if (rule.in_force) return html`<${Badge} kind="accent" icon="check">${t("rules.inForce")}<//>`;
  const ended = rule.ends_at && Date.parse(rule.ends_at) <= now.value;
  const usedUp = rule.max_uses && rule.uses >= rule.max_uses;
  return html`<${Badge}>${t(ended ? "rules.ended" : usedUp ? "rules.usedUp" : "rules.notInForce")}<//>`;
}

/** "Approves applications for the computer, for 30 days" @param {Rule} rule */
export function decides(rule) {
  const kinds = lists.format(rule.criteria.kinds.map((kind) => t(`rules.kinds.${kind}`)));
  if (rule.effect === "deny") return t(`rules.denies.${rule.scope}`, { kinds });
  const lasts = rule.lasts_seconds ? t("rules.lastsFor", { span: span(rule.lasts_seconds) }) : t("rules.lastsForEver");
  return t(`rules.approves.${rule.scope}`, { kinds, lasts });
}

/**
 * What must fit beside the kinds, each with its name.
 * @param {{ criteria: Schemas["Criteria"], organization: string, groups: Record<string, string> }} props
 */
export function Criteria({ criteria, organization, groups }) {
  const { sha256, publisher, path, username, group_id: group, computer_id: computer } = criteria;
  const facts = [
    sha256 && [t("rules.file"), html`<code title=${sha256}>${shortHash(sha256)}</code>`],
    publisher && [t("rules.publisher"), html`<${Text} text=${commonName(publisher.subject) ?? publisher.subject ?? publisher.team_id ?? ""} />`],
    path && [t("rules.path"), html`<${Text} text=${path} mono />`],
    username && [t("rules.user"), html`<${Text} text=${username} />`],
    group && [t("rules.group"), html`<${Text} text=${groups[group] ?? t("rules.aGroup")} />`],
    computer && [t("rules.computer"), html`<a href=${`/computers/${computer}?organization=${organization}`}>${t("rules.oneComputer")}</a>`],
  ].filter((one) => Array.isArray(one));
  if (!facts.length) return html`<p class="rule-fits">${t("rules.everyRequest")}</p>`;
  return html`<dl class="rule-fits">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Until when, and how many uses are left. @param {{ rule: Rule }} props */
export function Limits({ rule }) {
  const left = rule.max_uses ? Math.max(0, rule.max_uses - rule.uses) : null;
  return html`
    <span class="second">${rule.ends_at ? rich("rules.until", { time: html`<${Time} at=${rule.ends_at} as="day" />` }) : t("rules.noEnd")}</span>
    <span class="second">${left === null ? t("rules.used", { n: rule.uses }) : t("rules.usesLeft", { n: left, most: rule.max_uses ?? 0 })}</span>`;
}
