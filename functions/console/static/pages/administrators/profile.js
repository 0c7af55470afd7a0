// The profile: name, telephone, language and time zone of messages.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { languageChoices, zoneChoices } from "../../choices.js";
import { useMay } from "../../may.js";
import { namesOf } from "../../places.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Facts } from "../../components/facts.js";
import { Field } from "../../components/field.js";
import { Form } from "../../components/form.js";
import { Note } from "../../components/note.js";
import { errorAt } from "../../components/problem.js";
import { Select } from "../../components/select.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";

/** @typedef {import("../../api.js").Schemas["AdministratorView"]} Administrator */
/** @typedef {import("../../api.js").Schemas["Language"]} Language */

/** @param {{ one: Administrator, set: (one: Administrator) => void }} props */
export function Profile({ one, set }) {
  const name = useSignal(one.name);
  const phone = useSignal(one.phone ?? "");
  const language = useSignal(one.language ?? "");
  const zone = useSignal(one.time_zone ?? "");
  const saved = useSignal(false);
  const off = useMay(one.organization.id, ["administrators.edit"], namesOf([one.organization])).off("administrators.edit");
  const change = (/** @type {import("@preact/signals").Signal<string>} */ into) => (/** @type {string} */ value) => {
    into.value = value;
    saved.value = false;
  };
  const save = async () => {
    const body = { name: name.value.trim(), phone: phone.value.trim() || null, language: /** @type {Language | null} */ (language.value || null), time_zone: zone.value || null };
    set(await api.patch("/v1/administrators/{administrator_id}", { params: { administrator_id: one.id }, ifMatch: one.revision, body }));
    saved.value = true;
  };
  const languages = languageChoices(t("profile.languageOwn"));
  const zones = zoneChoices(t("profile.zoneOwn"));
  return html`
    <div class="update-body update-column">
      ${off && html`<${Note} icon="lock" title=${t("profile.off")}>${off}<//>`}
      <${Card}>
        <${Form} label=${t("update.tab.profile")} onSubmit=${save}>${(/** @type {{ busy: boolean, problem: unknown }} */ { busy, problem }) => html`
          <${Field} label=${t("profile.name")} name="name" required maxlength="200" autocomplete="off" readonly=${Boolean(off)} value=${name.value} onInput=${change(name)} error=${errorAt(problem, "/name")} />
          <${Field} label=${t("profile.phone")} hint=${t("profile.phoneHint")} name="phone" type="tel" autocomplete="off" readonly=${Boolean(off)} value=${phone.value} onInput=${change(phone)} error=${errorAt(problem, "/phone")} />
          <${Select} label=${t("profile.language")} value=${language.value} options=${off ? languages.filter(({ value }) => value === language.value) : languages} onChange=${change(language)} />
          <${Select} label=${t("profile.zone")} value=${zone.value} options=${off ? zones.filter(({ value }) => value === zone.value) : zones} onChange=${change(zone)} />
          <div class="row"><${Button} type="submit" kind="primary" busy=${busy} off=${off && true}>${t("profile.save")}<//>${saved.value && html`<span role="status" class="quiet">${t("profile.saved")}</span>`}</div>`}<//>
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
