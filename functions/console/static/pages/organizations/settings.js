// What counts at an organization for requests and decisions, and how long things are kept. What is empty is as at the
// organization above.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { useDraft } from "../../draft.js";
import { useResource } from "../../resource.js";
import { Button } from "../../components/button.js";
import { EditCard } from "../../components/edit-card.js";
import { Field } from "../../components/field.js";
import { Loaded } from "../../components/loaded.js";
import { errorAt } from "../../components/problem.js";
import { Select } from "../../components/select.js";

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {{ organization: Schemas["OrganizationView"], may: import("../../may.js").May, names: Record<string, string>, reload: () => void }} Props */

/** @param {string} organization */
export function useApprovalSettings(organization) {
  const params = { organization_id: organization };
  return useResource((signal) => api.get("/v1/organizations/{organization_id}/approval-settings", { params, signal }), [organization]);
}

/** @param {Props} props */
export function Settings({ organization, may, names, reload }) {
  const settings = useApprovalSettings(organization.id);
  return html`
    <${Loaded} resource=${settings} names=${names}>${(/** @type {Schemas["ApprovalSettingsView"]} */ view) => html`<${Decisions} view=${view} may=${may} names=${names} settings=${settings} reload=${reload} />`}<//>
    <${Kept} organization=${organization} may=${may} names=${names} reload=${reload} />`;
}

/** @param {Schemas["ApprovalSettings"]} own */
const shown = (own) => ({
  scope: own.default_scope ?? "",
  days: own.default_days === null || own.default_days === undefined ? "" : String(own.default_days),
  pending: own.pending_days ? String(own.pending_days) : "",
  message: own.denial_needs_message === null || own.denial_needs_message === undefined ? "" : String(own.denial_needs_message),
  publisher: own.publisher_scope ?? "",
  reason: own.reason ? "own" : "",
  length: String(own.reason?.min_length ?? 0),
  pattern: own.reason?.pattern ?? "",
  explanation: own.reason?.explanation ?? "",
  ownTemplates: own.templates ? "own" : "",
  templates: own.templates ?? [],
});

/** @param {ReturnType<typeof shown>} values @param {Schemas["ApprovalSettings"]} own @returns {Schemas["ApprovalSettings"]} */
const settingsOf = (values, own) => ({
  ...own,
  default_scope: /** @type {Schemas["DecisionScope"] | null} */ (values.scope || null),
  default_days: values.days === "" ? null : Number(values.days),
  pending_days: values.pending === "" ? null : Number(values.pending),
  denial_needs_message: values.message === "" ? null : values.message === "true",
  publisher_scope: /** @type {Schemas["PublisherScope"] | null} */ (values.publisher || null),
  reason: values.reason ? { min_length: Number(values.length) || 0, pattern: values.pattern || null, explanation: values.explanation || null } : undefined,
  templates: values.ownTemplates ? values.templates : null,
});

/** @param {{ view: Schemas["ApprovalSettingsView"], may: import("../../may.js").May, names: Record<string, string>, settings: ReturnType<typeof useApprovalSettings>, reload: () => void }} props */
function Decisions({ view, may, names, settings, reload }) {
  const { own, effective, revision } = view;
  const draft = useDraft(shown(own), view.organization_id);
  const { values, set } = draft;
  const save = async () => {
    settings.set(await api.put("/v1/organizations/{organization_id}/approval-settings", { params: { organization_id: view.organization_id }, body: settingsOf(values, own), ifMatch: revision }));
    reload();
  };
  // What comes from above is known as long as nothing of its own replaces it.
  const above = (/** @type {unknown} */ mine, /** @type {string} */ words) => (mine === null || mine === undefined ? t("settings.aboveIs", { value: words }) : t("settings.above"));
  const scopes = ["computer", "group", "organization"].map((value) => ({ value, label: t(`settings.scope.${value}`) }));
  const yesNo = [{ value: "true", label: t("settings.yes") }, { value: "false", label: t("settings.no") }];
  return html`
    <${EditCard} title=${t("settings.decisions")} draft=${draft} save=${save} off=${may.off("organizations.edit-general")} reload=${settings.reload} names=${names}>${(/** @type {unknown} */ problem) => html`
      <div class="fields-two">
        <${Select} label=${t("settings.scope")} value=${values.scope} options=${[{ value: "", label: above(own.default_scope, t(`settings.scope.${effective.default_scope}`)) }, ...scopes]} onChange=${(/** @type {any} */ scope) => set({ scope })} />
        <${Select} label=${t("settings.publisher")} value=${values.publisher} options=${[{ value: "", label: above(own.publisher_scope, t(`settings.publisher.${effective.publisher_scope}`)) }, { value: "never", label: t("settings.publisher.never") }, ...scopes]} onChange=${(/** @type {any} */ publisher) => set({ publisher })} />
        <${Field} label=${t("settings.days")} hint=${t("settings.daysHint")} name="days" type="number" min="0" max="3650" placeholder=${above(own.default_days, effective.default_days ? String(effective.default_days) : t("settings.never"))} value=${values.days} error=${errorAt(problem, "/default_days")} onInput=${(/** @type {string} */ days) => set({ days })} />
        <${Field} label=${t("settings.pending")} hint=${t("settings.pendingHint")} name="pending" type="number" min="1" max="60" placeholder=${above(own.pending_days, String(effective.pending_days))} value=${values.pending} error=${errorAt(problem, "/pending_days")} onInput=${(/** @type {string} */ pending) => set({ pending })} />
        <${Select} label=${t("settings.message")} value=${values.message} options=${[{ value: "", label: above(own.denial_needs_message, t(effective.denial_needs_message ? "settings.yes" : "settings.no")) }, ...yesNo]} onChange=${(/** @type {string} */ message) => set({ message })} />
        <${Select} label=${t("settings.reason")} value=${values.reason} options=${[{ value: "", label: above(own.reason, reasonWords(effective.reason)) }, { value: "own", label: t("settings.own") }]} onChange=${(/** @type {string} */ reason) => set({ reason })} />
      </div>
      ${values.reason && html`<div class="fields-two fields-inside">
        <${Field} label=${t("settings.length")} name="length" type="number" min="0" max="500" value=${values.length} error=${errorAt(problem, "/reason/min_length")} onInput=${(/** @type {string} */ length) => set({ length })} />
        <${Field} label=${t("settings.pattern")} name="pattern" maxlength="200" placeholder="INC-\\d+" value=${values.pattern} error=${errorAt(problem, "/reason/pattern")} onInput=${(/** @type {string} */ pattern) => set({ pattern })} />
        <${Field} label=${t("settings.explanation")} name="explanation" maxlength="200" value=${values.explanation} error=${errorAt(problem, "/reason/explanation")} onInput=${(/** @type {string} */ explanation) => set({ explanation })} />
      </div>`}
      <${Select} label=${t("settings.templates")} value=${values.ownTemplates} options=${[{ value: "", label: above(own.templates, t("settings.templatesN", { n: effective.templates.length })) }, { value: "own", label: t("settings.own") }]} onChange=${(/** @type {string} */ ownTemplates) => set({ ownTemplates, templates: values.templates.length ? values.templates : effective.templates })} />
      ${values.ownTemplates && html`<${Templates} templates=${values.templates} problem=${problem} onChange=${(/** @type {Schemas["MessageTemplate"][]} */ templates) => set({ templates })} />`}`}
    <//>`;
}

/** @param {Schemas["ReasonRule"] | null | undefined} rule */
const reasonWords = (rule) => (rule && (rule.min_length || rule.pattern) ? t("settings.reasonNeeded", { n: rule.min_length }) : t("settings.reasonFree"));

/** @param {{ templates: Schemas["MessageTemplate"][], problem: unknown, onChange: (templates: Schemas["MessageTemplate"][]) => void }} props */
function Templates({ templates, problem, onChange }) {
  const edit = (/** @type {number} */ at, /** @type {Partial<Schemas["MessageTemplate"]>} */ part) => onChange(templates.map((one, nth) => (nth === at ? { ...one, ...part } : one)));
  return html`
    <div class="form fields-inside">
      ${templates.map((one, nth) => html`<div key=${nth} class="template">
        <${Field} label=${t("settings.templateName")} name=${`template-${nth}`} maxlength="200" value=${one.name} error=${errorAt(problem, `/templates/${nth}/name`)} onInput=${(/** @type {string} */ name) => edit(nth, { name })} />
        <${Field} label=${t("settings.templateText")} name=${`template-text-${nth}`} rows=${2} maxlength="2000" value=${one.text} error=${errorAt(problem, `/templates/${nth}/text`)} onInput=${(/** @type {string} */ text) => edit(nth, { text })} />
        <${Button} size="small" kind="bare" icon="close" label=${t("settings.templateDrop", { name: one.name })} onClick=${() => onChange(templates.filter((_, at) => at !== nth))} />
      </div>`)}
      <div><${Button} size="small" icon="plus" off=${templates.length >= 20 ? t("settings.templatesFull") : undefined} onClick=${() => onChange([...templates, { name: "", text: "" }])}>${t("settings.templateAdd")}<//></div>
    </div>`;
}

const KEPT = /** @type {const} */ ([["requests_days", 30], ["attachments_days", 8], ["audit_days", 90]]);

/** @param {Props} props */
function Kept({ organization, may, names, reload }) {
  const { retention, revision } = organization;
  const saved = Object.fromEntries(KEPT.map(([name]) => [name, retention[name] ? String(retention[name]) : ""]));
  const draft = useDraft(saved, organization.id);
  const save = async () => {
    const body = { retention: Object.fromEntries(KEPT.map(([name]) => [name, draft.values[name] === "" ? null : Number(draft.values[name])])) };
    await api.patch("/v1/organizations/{organization_id}", { params: { organization_id: organization.id }, body, ifMatch: revision });
    reload();
  };
  return html`
    <${EditCard} title=${t("settings.kept")} draft=${draft} save=${save} off=${may.off("organizations.edit-general")} reload=${reload} names=${names}>${(/** @type {unknown} */ problem) => html`
      <p class="hint">${t(organization.parent_id ? "settings.keptAbove" : "settings.keptEver")}</p>
      <div class="fields-three">${KEPT.map(([name, least]) => html`<${Field} key=${name} label=${t(`settings.${name}`)} hint=${t("settings.keptHint", { least })} name=${name} type="number" min=${least} max="3650" value=${draft.values[name]} error=${errorAt(problem, `/retention/${name}`)} onInput=${(/** @type {string} */ value) => draft.set({ [name]: value })} />`)}</div>`}
    <//>`;
}
