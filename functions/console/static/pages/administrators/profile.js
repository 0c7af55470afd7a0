// The profile: name, telephone, language and time zone of messages.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { languageChoices, zoneChoices } from "../../choices.js";
import { useDraft } from "../../draft.js";
import { useMay } from "../../may.js";
import { namesOf } from "../../places.js";
import { Card } from "../../components/card.js";
import { EditCard } from "../../components/edit-card.js";
import { Facts } from "../../components/facts.js";
import { Field } from "../../components/field.js";
import { errorAt } from "../../components/problem.js";
import { Select } from "../../components/select.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";

/** @typedef {import("../../api.js").Schemas["AdministratorView"]} Administrator */
/** @typedef {import("../../api.js").Schemas["Language"]} Language */

/** @param {Administrator} one */
const valuesOf = (one) => ({ name: one.name, phone: one.phone ?? "", language: one.language ?? "", zone: one.time_zone ?? "" });

/** @param {{ one: Administrator, set: (one: Administrator) => void, reload: () => Promise<void> }} props */
export function Profile({ one, set, reload }) {
  const draft = useDraft(valuesOf(one), one.id);
  const { name, phone, language, zone } = draft.values;
  const names = namesOf([one.organization]);
  const off = useMay(one.organization.id, ["administrators.edit"], names).off("administrators.edit");
  const change = (/** @type {keyof ReturnType<typeof valuesOf>} */ part) => (/** @type {string} */ value) => draft.set({ [part]: value });
  const save = async () => {
    const body = { name: name.trim(), phone: phone.trim() || null, language: /** @type {Language | null} */ (language || null), time_zone: zone || null };
    set(await api.patch("/v1/administrators/{administrator_id}", { params: { administrator_id: one.id }, ifMatch: one.revision, body }));
  };
  const languages = languageChoices(t("profile.languageOwn"));
  const zones = zoneChoices(t("profile.zoneOwn"));
  return html`
    <div class="update-body update-column">
      <${EditCard} title=${t("update.tab.profile")} draft=${draft} save=${save} off=${off} reload=${reload} names=${names}>${(/** @type {unknown} */ problem) => html`
        <${Field} label=${t("profile.name")} name="name" required maxlength="200" autocomplete="off" readonly=${Boolean(off)} value=${name} onInput=${change("name")} error=${errorAt(problem, "/name")} />
        <${Field} label=${t("profile.phone")} hint=${t("profile.phoneHint")} name="phone" type="tel" autocomplete="off" readonly=${Boolean(off)} value=${phone} onInput=${change("phone")} error=${errorAt(problem, "/phone")} />
        <${Select} label=${t("profile.language")} value=${language} options=${off ? languages.filter(({ value }) => value === language) : languages} onChange=${change("language")} />
        <${Select} label=${t("profile.zone")} value=${zone} options=${off ? zones.filter(({ value }) => value === zone) : zones} onChange=${change("zone")} />`}
      <//>
      <${Card}>
        <${Facts} facts=${[
          { name: t("profile.email"), value: html`<${Text} text=${one.email} /><div class="hint">${t("profile.emailHint")}</div>` },
          { name: t("people.organization"), value: html`<${Text} text=${one.organization.name} />` },
          { name: t("profile.since"), value: html`<${Time} at=${one.created_at} as="moment" />` },
        ]} />
      <//>
    </div>`;
}
