// How messages of an organization look: the name of the sender, a colour, where answers go, the language, the logo.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { languageChoices } from "../../choices.js";
import { useDraft } from "../../draft.js";
import { size } from "../../format.js";
import { languages } from "../../language.js";
import { useResource } from "../../resource.js";
import { useSending } from "../../sending.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { EditCard } from "../../components/edit-card.js";
import { Field } from "../../components/field.js";
import { Loaded } from "../../components/loaded.js";
import { errorAt } from "../../components/problem.js";
import { Select } from "../../components/select.js";

/** @typedef {import("../../api.js").Schemas["OrganizationBranding"]} View */
/** @typedef {{ view: View, organization: { id: string }, off: any, names: Record<string, string>, branding: import("../../resource.js").Resource<View>, reload: () => void }} PartProps Saving changes the revision of the organization: `reload` */

/** @param {{ organization: { id: string, name: string }, may: import("../../may.js").May, names: Record<string, string>, reload: () => void }} props */
export function Branding({ organization, may, names, reload }) {
  const params = { organization_id: organization.id };
  const branding = useResource((signal) => api.get("/v1/organizations/{organization_id}/branding", { params, signal }), [organization.id]);
  const off = may.off("organizations.edit-branding");
  return html`<${Loaded} resource=${branding} names=${names}>${(/** @type {View} */ view) => html`
    <${Words} view=${view} organization=${organization} off=${off} names=${names} branding=${branding} reload=${reload} />
    <${Logo} view=${view} organization=${organization} off=${off} names=${names} branding=${branding} reload=${reload} />`}<//>`;
}

/** @param {PartProps} props */
function Words({ view, organization, off, names, branding, reload }) {
  const { effective } = view;
  const saved = { display_name: view.display_name ?? "", colour: view.colour ?? "", reply_to: view.reply_to ?? "", language: view.language ?? "" };
  const draft = useDraft(saved, organization.id);
  const save = async () => {
    const { display_name, colour, reply_to, language } = draft.values;
    const body = { display_name: display_name.trim() || null, colour: colour || null, reply_to: reply_to.trim() || null, language: /** @type {any} */ (language || null) };
    branding.set(await api.put("/v1/organizations/{organization_id}/branding", { params: { organization_id: organization.id }, body, ifMatch: view.revision }));
    reload();
  };
  const inherited = (/** @type {unknown} */ mine, /** @type {string | null | undefined} */ value) => (mine ? t("settings.above") : t("settings.aboveIs", { value: value ?? t("branding.unset") }));
  const field = (/** @type {"display_name" | "reply_to" | "colour"} */ name, /** @type {unknown} */ problem, more = {}) => html`
    <${Field} label=${t(`branding.${name}`)} name=${name} value=${draft.values[name]} placeholder=${inherited(view[name], effective[name])} error=${errorAt(problem, `/${name}`)} onInput=${(/** @type {string} */ value) => draft.set({ [name]: value })} ...${more} />`;
  return html`
    <${EditCard} title=${t("branding.messages")} draft=${draft} save=${save} off=${off} reload=${branding.reload} names=${names}>${(/** @type {unknown} */ problem) => html`
      <div class="fields-two">
        ${field("display_name", problem, { maxlength: "200" })}
        ${field("reply_to", problem, { type: "email", maxlength: "254" })}
        <div class="colour-field">${field("colour", problem, { maxlength: "7", spellcheck: false })}
          <input type="color" class="colour" aria-label=${t("branding.pick")} value=${/^#[0-9a-f]{6}$/i.test(draft.values.colour) ? draft.values.colour : effective.colour ?? "#000000"} onInput=${(/** @type {any} */ event) => draft.set({ colour: event.target.value })} /></div>
        <${Select} label=${t("branding.language")} value=${draft.values.language} options=${languageChoices(inherited(view.language, languages[effective.language]))} onChange=${(/** @type {string} */ language) => draft.set({ language })} />
      </div>`}
    <//>`;
}

/** @param {PartProps} props */
function Logo({ view, organization, off, names, branding, reload }) {
  const sending = useSending({ names, reload: branding.reload });
  const version = useSignal(view.revision);
  const params = { organization_id: organization.id };
  const chosen = async (/** @type {any} */ event) => {
    const file = event.target.files?.[0];
    if (!file) return;
    await sending.send(async () => {
      branding.set(await api.put("/v1/organizations/{organization_id}/logo", { params, body: file, ifMatch: view.revision }));
      version.value += 1;
      reload();
    });
    event.target.value = "";
  };
  const remove = () => sending.send(async () => {
    await api.delete("/v1/organizations/{organization_id}/logo", { params, ifMatch: view.revision });
    await branding.reload();
    reload();
  });
  const logo = view.effective.logo;
  return html`
    <${Card} title=${t("branding.logo")}>
      <div class="stack">
        ${logo ? html`<img class="logo-shown" src=${`/v1/organizations/${organization.id}/logo?${view.revision}-${version.value}`} alt=${t("branding.logoAlt")} />` : html`<p class="quiet">${t("branding.noLogo")}</p>`}
        ${logo && html`<p class="small quiet">${t(view.logo ? "branding.logoOwn" : "branding.logoAbove", { format: logo.format.toUpperCase(), size: size(logo.size) })}</p>`}
        <div class="row row-wrap">
          <label class=${off ? "button button-plain button-small file-off" : "button button-plain button-small"}>${t("branding.choose")}<input type="file" class="only-read" accept="image/png,image/jpeg" disabled=${Boolean(off) || sending.busy} onChange=${chosen} /></label>
          ${view.logo && html`<${Button} size="small" kind="bare" busy=${sending.busy} off=${off} onClick=${remove}>${t("branding.remove")}<//>`}
        </div>
        <p class="hint">${t("branding.logoHint")}</p>
        ${sending.problem}
      </div>
    <//>`;
}
