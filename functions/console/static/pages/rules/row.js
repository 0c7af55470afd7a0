// One rule of the list: what it decides, what must fit, its limits, and what it would have decided.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { navigate } from "../../router.js";
import { Criteria, Limits, RuleState, decides } from "../../rules/words.js";
import { Badge } from "../../components/badge.js";
import { Icon } from "../../components/icon.js";
import { Menu } from "../../components/menu.js";
import { Text, plainly } from "../../components/text.js";

/** @param {{ rule: import("./page.js").Rule, groups: Record<string, string>, run: any, off: any, onDelete: () => void }} props */
export function RuleRow({ rule, groups, run, off, onDelete }) {
  const address = `/rules/${rule.id}`;
  const here = `?organization=${rule.organization_id}`;
  return html`
    <li class=${rule.in_force ? "rule-row" : "rule-row rule-over"}>
      <div class="rule-what">
        <a class="rule-name" href=${address + here}><${Text} text=${rule.name} /></a>
        <p class="rule-decides"><span class=${rule.effect === "approve" ? "dot" : "dot dot-bad"}></span><span>${decides(rule)}</span>${rule.below && html` <${Badge}>${t("rules.below")}<//>`}</p>
        <${Criteria} criteria=${rule.criteria} organization=${rule.organization_id} groups=${groups} />
      </div>
      <div class="rule-limits">${!rule.in_force && html`<${RuleState} rule=${rule} />`}<${Limits} rule=${rule} /><span class="second">${rich("rules.by", { name: rule.maker.name })}</span></div>
      <div class="rule-run"><a href=${`${address}/dry-run${here}`} aria-label=${run ? undefined : t("rules.tryOne", { name: plainly(rule.name) })}><${Icon} name="rules" small /> ${run ?? t("rules.try")}</a></div>
      <div class="rule-menu"><${Menu} label=${t("rules.menu", { name: plainly(rule.name) })} items=${[
        { label: t("rules.edit"), icon: "note", onClick: () => navigate(address + here) },
        { label: t("rules.try"), icon: "rules", onClick: () => navigate(`${address}/dry-run${here}`) },
        { label: t("rules.delete"), icon: "close", bad: true, off, onClick: onDelete },
      ]} /></div>
    </li>`;
}
