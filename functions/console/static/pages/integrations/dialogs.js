// Making an integration, replacing what is behind one, deleting one, and the signing key of a webhook, which is shown once.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { Ask } from "../../components/ask.js";
import { Button } from "../../components/button.js";
import { Confirm } from "../../components/confirm.js";
import { Copy } from "../../components/copy.js";
import { Dialog } from "../../components/dialog.js";
import { Field } from "../../components/field.js";
import { Note } from "../../components/note.js";
import { Select } from "../../components/select.js";
import { Text, plainly } from "../../components/text.js";
import { errorAt } from "../../components/problem.js";

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {import("./page.js").Integration} Integration */
/** @typedef {{ organization: string, names: Record<string, string>, onClose: () => void, onDone: (one: Integration) => void, reload: () => unknown }} Common */

const KINDS = /** @type {const} */ (["slack", "teams", "webhook", "pagerduty"]);

/** What is behind it, as the server takes it. @param {Schemas["IntegrationKind"]} kind @param {string} secret */
const targetOf = (kind, secret) => (kind === "pagerduty" ? { routing_key: secret.trim() } : { url: secret.trim() });

/** @param {{ kind: Schemas["IntegrationKind"], value: string, onInput: (value: string) => void, problem: unknown, takesFocus?: boolean }} props */
function Target({ kind, value, onInput, problem, takesFocus }) {
  const name = kind === "pagerduty" ? "routing_key" : "url";
  return html`
    <ol class="steps">${["1", "2"].map((step) => html`<li key=${step}>${t(`integrations.step.${kind}.${step}`)}</li>`)}</ol>
    <${Field} label=${t(`integrations.target.${kind}`)} hint=${t("integrations.secretHint")} name=${name} autocomplete="off" spellcheck=${false} maxlength="1000" takesFocus=${takesFocus} value=${value} error=${errorAt(problem, `/${name}`)} onInput=${onInput} />`;
}

/** @param {Common} props */
export function NewIntegration({ organization, names, onClose, onDone }) {
  const kind = useSignal(/** @type {Schemas["IntegrationKind"]} */ ("slack"));
  const name = useSignal("");
  const secret = useSignal("");
  const made = useSignal(/** @type {Integration | null} */ (null));
  const work = async () => {
    const body = { name: name.value, kind: kind.value, ...targetOf(kind.value, secret.value) };
    made.value = await api.post("/v1/organizations/{organization_id}/integrations", { params: { organization_id: organization }, body });
  };
  const off = name.value.trim() ? (secret.value.trim() ? undefined : t("integrations.targetFirst")) : t("integrations.nameFirst");
  return html`
    <${Ask} title=${t("integrations.new")} action=${t("integrations.make")} work=${work} off=${off} names=${names} onClose=${onClose} onDone=${() => made.value && onDone(made.value)}>${(/** @type {unknown} */ problem) => html`
      <${Select} label=${t("integrations.kind")} value=${kind.value} options=${KINDS.map((value) => ({ value, label: t(`integrations.kind.${value}`) }))} onChange=${(/** @type {any} */ value) => { kind.value = value; }} />
      <${Field} label=${t("integrations.name")} hint=${rich("integrations.nameHint", { address: html`<code>${kind.value}:${plainly(name.value.trim()) || "…"}</code>` })} name="name" maxlength="64" autocomplete="off" takesFocus value=${name.value} error=${errorAt(problem, "/name")} onInput=${(/** @type {string} */ value) => { name.value = value; }} />
      <${Target} kind=${kind.value} value=${secret.value} problem=${problem} onInput=${(/** @type {string} */ value) => { secret.value = value; }} />`}
    <//>`;
}

/** @param {Common & { one: Integration }} props */
export function ReplaceTarget({ one, names, onClose, onDone, reload }) {
  const secret = useSignal("");
  const saved = useSignal(one);
  const work = async () => {
    saved.value = await api.put("/v1/organizations/{organization_id}/integrations/{integration_id}", { params: { organization_id: one.organization_id, integration_id: one.id }, body: targetOf(one.kind, secret.value) });
  };
  return html`
    <${Ask} title=${t("integrations.replaceTitle", { name: plainly(one.name) })} action=${t("integrations.replaceDo")} work=${work} names=${names} reload=${reload} off=${secret.value.trim() ? undefined : t("integrations.targetFirst")} onClose=${onClose} onDone=${() => onDone(saved.value)}>${(/** @type {unknown} */ problem) => html`
      <p>${rich("integrations.replaceWords", { address: one.address })}</p>
      ${one.kind === "webhook" && html`<p>${t("integrations.newSecret")}</p>`}
      <${Target} kind=${one.kind} value=${secret.value} problem=${problem} takesFocus onInput=${(/** @type {string} */ value) => { secret.value = value; }} />`}
    <//>`;
}

/** @param {Common & { one: Integration }} props */
export function DeleteIntegration({ one, names, onClose, onDone, reload }) {
  const work = () => api.delete("/v1/organizations/{organization_id}/integrations/{integration_id}", { params: { organization_id: one.organization_id, integration_id: one.id } });
  return html`
    <${Confirm} title=${t("integrations.deleteTitle", { name: plainly(one.name) })} action=${t("integrations.delete")} safe=${t("integrations.keep")} work=${work} names=${names} reload=${reload} onClose=${onClose} onDone=${() => onDone(one)}>
      <p>${rich("integrations.deleteWords", { address: one.address })}</p>
      <p class="quiet">${t("integrations.deleteUndo")}</p>
    <//>`;
}

/** @param {Common & { one: Integration }} props */
export function Secret({ one, onClose }) {
  return html`
    <${Dialog} title=${t("integrations.secretTitle")} onClose=${onClose} actions=${html`<${Button} onClick=${onClose}>${t("integrations.secretKept")}<//>`}>
      <p>${rich("integrations.secretWords", { name: one.name })}</p>
      <div class="secret"><code><${Text} text=${one.secret ?? ""} /></code><${Copy} text=${one.secret ?? ""} label=${t("integrations.copySecret")} /></div>
      <${Note} kind="warn">${t("integrations.secretOnce")}<//>
    <//>`;
}
