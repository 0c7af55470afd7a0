// The cards of the editor: what the rule does, how far it reaches, and when it stops.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { span } from "../../format.js";
import { EFFECTS, KINDS, SCOPES } from "../../rules/may-decide.js";
import { Card } from "../../components/card.js";
import { Check } from "../../components/check.js";
import { Chips } from "../../components/chip.js";
import { Field } from "../../components/field.js";
import { Options } from "../../components/options.js";

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {import("./editor.js").Fields} Fields */
/** @typedef {ReturnType<typeof import("../../rules/may-decide.js").useMayDecide>} May */

const DAY = 86_400;
const LASTS = [DAY, 7 * DAY, 30 * DAY, 90 * DAY];

/** @param {{ fields: Fields, fresh: boolean, may: May }} props */
export function What({ fields, fresh, may }) {
  const { values, set, error, off } = fields;
  const effects = EFFECTS.map((value) => ({ value, title: t(`rule.${value}`), detail: t(`rule.${value}Words`), reason: may.off({ effect: value, scope: "computer", kinds: values.kinds.length ? values.kinds : [...KINDS] }) }));
  const kinds = error("/criteria/kinds");
  return html`
    <${Card} title=${t("rule.what")}>
      <div class="form">
        <${Field} label=${t("rule.name")} hint=${t("rule.nameHint")} name="name" maxlength="200" autocomplete="off" takesFocus=${fresh} readonly=${Boolean(off)} value=${values.name} error=${error("/name")} onInput=${(/** @type {string} */ name) => set({ name })} />
        <${Options} legend=${t("rule.effect")} options=${effects} value=${values.effect} off=${Boolean(off)} onChange=${(/** @type {any} */ effect) => set({ effect })} />
        <fieldset>
          <legend class="field-label">${t("rule.kinds")}</legend>
          <div class="checks">${KINDS.map((kind) => html`<${Check} key=${kind} checked=${values.kinds.includes(kind)} off=${Boolean(off)} onChange=${(/** @type {boolean} */ on) => set({ kinds: KINDS.filter((one) => (one === kind ? on : values.kinds.includes(one))) })}>${t(`rule.kind.${kind}`)}<//>`)}</div>
          ${kinds && html`<p class="field-error">${kinds}</p>`}
        </fieldset>
      </div>
    <//>`;
}

/** @param {{ fields: Fields, may: May, rule: Schemas["Rule"] | null }} props */
export function Reach({ fields, may, rule }) {
  const { values, set, error, off } = fields;
  const scopes = SCOPES.map((value) => ({ value, title: t(`rule.scope.${value}`), reason: may.off({ effect: values.effect, scope: value, kinds: values.kinds }) }));
  const own = rule?.lasts_seconds && !LASTS.includes(rule.lasts_seconds) ? [rule.lasts_seconds] : [];
  const lasts = [...[...LASTS, ...own].sort((one, other) => one - other).map((seconds) => ({ value: String(seconds), label: span(seconds) })), { value: "never", label: t("rule.lasts.never") }, { value: "own", label: t("rule.lasts.own") }];
  const wrong = error("/lasts_seconds");
  return html`
    <${Card} title=${t("rule.reach")}>
      <div class="form">
        <${Options} legend=${t("rule.scope")} options=${scopes} value=${values.scope} off=${Boolean(off)} onChange=${(/** @type {any} */ scope) => set({ scope })} />
        <${Check} checked=${values.below} off=${Boolean(off)} onChange=${(/** @type {boolean} */ below) => set({ below })}>${t("rule.below")}<//>
        ${values.effect === "approve" && html`<div class="stack"><${Chips} legend=${t("rule.lasts")} value=${values.lasts} options=${lasts} off=${Boolean(off)} onChange=${(/** @type {string} */ chosen) => set({ lasts: chosen })} />
          ${values.lasts === "own" && html`<${Field} label=${t("rule.days")} name="days" type="number" min="1" max="3660" readonly=${Boolean(off)} value=${values.days} error=${wrong} onInput=${(/** @type {string} */ days) => set({ days })} />`}
          ${wrong && values.lasts !== "own" && html`<p class="field-error">${wrong}</p>`}</div>`}
        <${Field} label=${t("rule.message")} hint=${t("rule.messageHint")} name="message" rows=${2} maxlength="2000" readonly=${Boolean(off)} value=${values.message} error=${error("/message")} onInput=${(/** @type {string} */ message) => set({ message })} />
      </div>
    <//>`;
}

/** @param {{ fields: Fields, rule: Schemas["Rule"] | null }} props */
export function Stops({ fields, rule }) {
  const { values, set, error, off } = fields;
  return html`
    <${Card} title=${t("rule.limits")}>
      <div class="fields-two">
        <${Field} label=${t("rule.ends")} hint=${t("rule.endsHint")} name="ends" type="datetime-local" readonly=${Boolean(off)} value=${values.ends} error=${error("/ends_at")} onInput=${(/** @type {string} */ ends) => set({ ends })} />
        <${Field} label=${t("rule.uses")} hint=${rule?.uses ? t("rule.usesBefore", { n: rule.uses }) : t("rule.usesHint")} name="uses" type="number" min="1" max="1000000" readonly=${Boolean(off)} value=${values.uses} error=${error("/max_uses")} onInput=${(/** @type {string} */ uses) => set({ uses })} />
      </div>
    <//>`;
}
