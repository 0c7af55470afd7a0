// One policy: who is notified, and what it blocks and allows. Saving changes the draft; nothing reaches a computer before it
// is deployed.

import { html, useId } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { useDraft } from "../../draft.js";
import { query, setQuery } from "../../router.js";
import { Addresses, withTyped } from "../../fleet/addresses.js";
import { Button } from "../../components/button.js";
import { Check } from "../../components/check.js";
import { Chips } from "../../components/chip.js";
import { Confirm } from "../../components/confirm.js";
import { EditCard } from "../../components/edit-card.js";
import { Field } from "../../components/field.js";
import { useOpening } from "../../components/opening.js";
import { errorAt } from "../../components/problem.js";
import { Text, plainly } from "../../components/text.js";
import { Entries, entryOf, shownEntry } from "./entries.js";

/** @typedef {import("./page.js").PolicyView} View */

const KINDS = /** @type {const} */ (["application", "storage", "elevation"]);

/** @param {View} policy */
const shown = (policy) => ({ name: policy.name, enabled: policy.notify.enabled, addresses: policy.notify.addresses ?? [], typed: "", description: policy.description ?? "", action: policy.default_action, kinds: policy.kinds, entries: policy.entries.map(shownEntry) });

/** @param {{ policy: View, may: import("../../may.js").May, names: Record<string, string>, live: string[], differs: number, reload: () => Promise<void> }} props `differs`: how many of its parts are not as what is live */
export function Policy({ policy, may, names, live, differs, reload }) {
  const deleting = useOpening();
  const discarding = useOpening();
  const draft = useDraft(shown(policy), policy.id);
  const { values, set } = draft;
  const off = may.off("application-policies.edit");
  const params = { organization_id: policy.organization_id, policy_id: policy.id };
  const save = async () => {
    const body = { name: values.name.trim(), notify: { enabled: values.enabled, addresses: values.enabled ? withTyped(values.addresses, values.typed) : values.addresses }, description: values.description.trim() || null, default_action: values.action, kinds: values.kinds, entries: values.entries.map(entryOf) };
    await api.patch("/v1/organizations/{organization_id}/policies/{policy_id}", { params, body, ifMatch: policy.revision });
    await reload();
  };
  const deleted = async () => {
    deleting.close();
    if (query.peek().get("policy") === policy.id) setQuery({ policy: null }, { replace: true });
    await reload();
  };
  const discarded = async () => {
    discarding.close();
    draft.discard();
    await reload();
  };
  const drop = html`${differs > 0 && html`<${Button} size="small" kind="bare" off=${off} onClick=${() => { discarding.show(true); }}>${t("policy.discard")}<//>`}<${Button} size="small" kind="bare" off=${may.off("application-policies.delete")} onClick=${() => { deleting.show(true); }}>${t("policy.delete")}<//>`;
  const kindSet = (/** @type {typeof KINDS[number]} */ kind, /** @type {boolean} */ on) => set({ kinds: KINDS.filter((one) => (one === kind ? on : values.kinds.includes(one))) });
  return html`
    <${EditCard} title=${html`<${Text} text=${policy.name} />`} end=${drop} draft=${draft} save=${save} off=${off} reload=${reload} names=${names}>${(/** @type {unknown} */ problem) => html`
      <${Notify} values=${values} set=${set} off=${off} problem=${problem} live=${live} organization=${policy.organization_id} names=${names} />
      <h3 class="section">${t("policy.what")}</h3>
      <div class="fields-two">
        <${Field} label=${t("field.name")} name="policy-name" maxlength="200" value=${values.name} error=${errorAt(problem, "/name")} readonly=${Boolean(off)} onInput=${(/** @type {string} */ name) => set({ name })} />
        <${Field} label=${t("policy.description")} name="description" maxlength="500" value=${values.description} error=${errorAt(problem, "/description")} readonly=${Boolean(off)} onInput=${(/** @type {string} */ description) => set({ description })} />
      </div>
      <fieldset><legend class="field-label">${t("policy.about")}</legend><div class="row row-wrap checks">${KINDS.map((kind) => html`<${Check} key=${kind} checked=${values.kinds.includes(kind)} off=${Boolean(off)} onChange=${(/** @type {boolean} */ on) => kindSet(kind, on)}>${t(`policy.kind.${kind}`)}<//>`)}</div></fieldset>
      <${Entries} entries=${values.entries} organization=${policy.organization_id} off=${off} problem=${problem} onChange=${(/** @type {any} */ entries) => set({ entries })} />
      <${Chips} legend=${t("policy.otherwise")} value=${values.action} off=${Boolean(off)} options=${[{ value: "block", label: t("policy.action.block") }, { value: "allow", label: t("policy.action.allow") }]} onChange=${(/** @type {any} */ action) => set({ action })} />`}
    <//>
    ${discarding.what && html`<${Confirm} title=${t("policy.discardTitle", { name: policy.name })} action=${t("policy.discard")} safe=${t("policy.keepDraft")} work=${() => api.delete("/v1/organizations/{organization_id}/policies/{policy_id}/draft", { params, ifMatch: policy.revision })} onDone=${discarded} onClose=${discarding.close} names=${names} reload=${reload}><p>${t("policy.discardParts", { n: differs })} ${t("policy.discardWords")}</p><//>`}
    ${deleting.what && html`<${Confirm} title=${t("policy.deleteTitle", { name: policy.name })} action=${t("policy.delete")} safe=${t("policy.keep")} typed=${plainly(policy.name)} work=${() => api.delete("/v1/organizations/{organization_id}/policies/{policy_id}", { params, ifMatch: policy.revision })} onDone=${deleted} onClose=${deleting.close} names=${names} reload=${reload}><p>${t("policy.deleteEntries", { n: policy.entries.length })} ${t("policy.deleteWords")}</p><//>`}`;
}

/** @param {{ values: ReturnType<typeof shown>, set: (part: Partial<ReturnType<typeof shown>>) => void, off: any, problem: unknown, live: string[], organization: string, names: Record<string, string> }} props */
function Notify({ values, set, off, problem, live, organization, names }) {
  const name = useId();
  const radio = (/** @type {boolean} */ enabled, /** @type {string} */ words) => html`<label class="check-row"><input type="radio" class="radio" name=${name} checked=${values.enabled === enabled} disabled=${Boolean(off)} onChange=${() => set({ enabled })} /><span>${words}</span></label>`;
  return html`
    <fieldset class="notify"><legend class="field-label">${t("policy.notify")}</legend>
      <div class="row row-wrap checks">${radio(false, t("policy.notifyNot"))}${radio(true, t("policy.notifyThese"))}</div></fieldset>
    ${values.enabled && html`<p class="hint">${t("fleet.notifyWhat")}</p><${Addresses} organization=${organization} addresses=${values.addresses} typed=${values.typed} onType=${(/** @type {string} */ typed) => set({ typed })} off=${off} live=${live} names=${names} problem=${errorAt(problem, "/notify/addresses")} onChange=${(/** @type {string[]} */ addresses) => set({ addresses })} />`}`;
}
