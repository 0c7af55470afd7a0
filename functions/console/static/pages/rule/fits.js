// What must fit, so that the rule decides: a file, a publisher, a path, a user, a group, a computer.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { useGroups } from "../../places.js";
import { useMay } from "../../may.js";
import { Card } from "../../components/card.js";
import { Field } from "../../components/field.js";
import { Refusals } from "../../components/refusals.js";
import { Select } from "../../components/select.js";
import { plainly } from "../../components/text.js";
import { ComputerChoice } from "./computer-choice.js";

/** @typedef {import("./editor.js").Fields} Fields */

/** @param {{ fields: Fields, organization: string, names: Record<string, string> }} props */
export function Fits({ fields, organization, names }) {
  const { values, set, error, off } = fields;
  const groups = useGroups(organization);
  const may = useMay(organization, ["computer-groups.view", "computers.view"], names);
  const known = (groups.data ?? []).map(({ id, name }) => ({ value: id, label: plainly(name) }));
  const options = [{ value: "", label: t("rule.anyGroup") }, ...known, ...(values.group && groups.data && !known.some(({ value }) => value === values.group) ? [{ value: values.group, label: t("rules.aGroup") }] : [])];
  const narrow = error("/criteria");
  const readonly = Boolean(off);
  return html`
    <${Card} title=${t("rule.fits")}>
      <div class="form">
        <p class="hint">${t("rule.fitsWords")}</p>
        ${narrow && html`<p class="field-error" role="alert">${narrow}</p>`}
        <${Field} label=${t("rule.sha256")} hint=${t("rule.sha256Hint")} name="sha256" maxlength="64" autocomplete="off" spellcheck=${false} readonly=${readonly} value=${values.sha256} error=${error("/criteria/sha256")} onInput=${(/** @type {string} */ sha256) => set({ sha256 })} />
        <${Publisher} fields=${fields} />
        <${Field} label=${t("rule.path")} hint=${t("rule.pathHint")} name="path" maxlength="1000" autocomplete="off" spellcheck=${false} readonly=${readonly} value=${values.path} error=${error("/criteria/path")} onInput=${(/** @type {string} */ path) => set({ path })} />
        <div class="fields-two">
          <${Field} label=${t("rule.user")} hint=${t("rule.userHint")} name="username" maxlength="256" autocomplete="off" readonly=${readonly} value=${values.username} error=${error("/criteria/username")} onInput=${(/** @type {string} */ username) => set({ username })} />
          <${Select} label=${t("rule.group")} value=${values.group} options=${options.map((one) => ({ ...one, off: readonly && one.value !== values.group }))} onChange=${(/** @type {string} */ group) => set({ group })} />
        </div>
        <${ComputerChoice} organization=${organization} chosen=${values.computer} off=${readonly} hidden=${may.off("computers.view")} onChange=${(/** @type {string} */ computer) => set({ computer })} />
        <${Refusals} may=${may} names=${names} actions=${[["computer-groups.view", t("rule.group")], ["computers.view", t("rule.computer")]]} />
      </div>
    <//>`;
}

const PUBLISHERS = /** @type {const} */ (["", "certificate", "team"]);

/** @param {{ fields: Fields }} props */
function Publisher({ fields }) {
  const { values, set, error, off } = fields;
  const readonly = Boolean(off);
  const options = PUBLISHERS.map((value) => ({ value, label: t(`rule.publisher.${value}`), off: readonly && value !== values.publisher }));
  const field = (/** @type {"subject" | "issuer" | "thumbprint" | "team"} */ name, /** @type {string} */ pointer, /** @type {string | undefined} */ hint) => html`
    <${Field} label=${t(`rule.${name}`)} hint=${hint} name=${name} maxlength="4096" autocomplete="off" spellcheck=${false} readonly=${readonly} value=${values[name]} error=${error(`/criteria/publisher/${pointer}`)} onInput=${(/** @type {string} */ value) => set({ [name]: value })} />`;
  const wrong = error("/criteria/publisher");
  return html`
    <${Select} label=${t("rule.publisher")} value=${values.publisher} options=${options} onChange=${(/** @type {any} */ publisher) => set({ publisher })} />
    ${values.publisher && html`<div class="form fields-inside">
      <p class="hint">${t("rule.publisherHint")}</p>
      ${wrong && html`<p class="field-error" role="alert">${wrong}</p>`}
      ${values.publisher === "team" && field("team", "team_id", undefined)}
      ${values.publisher === "certificate" && [field("subject", "subject", undefined), field("issuer", "issuer", undefined), field("thumbprint", "issuer_thumbprint", t("rule.mayStayEmpty"))]}
    </div>`}`;
}
