// One's details, and how the console looks in this browser.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useDraft } from "../../draft.js";
import { useMay } from "../../may.js";
import { namesOf } from "../../places.js";
import { loadSession, mayBeUseful, permissionTitle } from "../../session.js";
import { languageChoices } from "../../choices.js";
import { chooseLanguage, chosenLanguage } from "../../language.js";
import { exactTimes, setExactTimes, setShortcuts, setTheme, shortcuts, theme } from "../../settings.js";
import { Card } from "../../components/card.js";
import { Check } from "../../components/check.js";
import { Chips } from "../../components/chip.js";
import { EditCard } from "../../components/edit-card.js";
import { Facts } from "../../components/facts.js";
import { Field } from "../../components/field.js";
import { Loaded } from "../../components/loaded.js";
import { errorAt } from "../../components/problem.js";
import { Select } from "../../components/select.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";
import { useOwn } from "./own.js";

/** @typedef {import("../../api.js").Schemas["WhoAmI"]} WhoAmI */

/** @param {WhoAmI} me */
const held = (me) => [...new Set(me.permissions.map(({ permission }) => permissionTitle(permission)))].join(" · ");

/** @param {{ me: WhoAmI }} props */
export function Profile({ me }) {
  const own = useOwn();
  const themes = ["system", "light", "dark"].map((value) => ({ value, label: t(`me.theme.${value}`) }));
  return html`
    <${Loaded} resource=${own}>${(/** @type {import("./own.js").Own} */ settings) => html`<${Details} me=${me} own=${settings} onSaved=${async () => { await Promise.all([own.reload(), loadSession()]); }} />`}<//>
    <${Card} title=${t("me.account")}>
      <${Facts} facts=${[
        { name: t("me.email"), value: html`<${Text} text=${me.administrator.email} /><p class="hint">${t("me.emailHint")}</p>` },
        { name: t("me.organization"), value: html`<${Text} text=${me.administrator.organization.name} />` },
        { name: t("me.may"), value: html`${held(me)}${mayBeUseful("administrators.view") && html`<p><a href=${`/administrators/${me.administrator.id}/permissions`}>${t("me.permissions")}</a></p>`}` },
        { name: t("me.until"), value: html`<${Time} at=${me.expires_at} as="moment" />` },
      ]} />
    <//>
    <${Card} title=${t("me.browser")}>
      <div class="form">
        <${Select} label=${t("me.language")} value=${chosenLanguage ?? ""} options=${languageChoices(t("me.languageOfBrowser"))} onChange=${(/** @type {any} */ chosen) => chooseLanguage(chosen || null)} />
        <${Chips} legend=${t("me.theme")} value=${theme.value} options=${themes} onChange=${setTheme} />
        <${Check} checked=${exactTimes.value} onChange=${setExactTimes}>${t("me.exactTimes")}<//>
        <${Check} checked=${shortcuts.value} onChange=${setShortcuts}>${t("me.shortcuts")}<//>
        <p class="quiet small">${t("me.browserHint")}</p>
      </div>
    <//>`;
}

/** @param {{ me: WhoAmI, own: import("./own.js").Own, onSaved: () => Promise<void> }} props */
function Details({ me, own, onSaved }) {
  const { id, name, organization } = me.administrator;
  const names = namesOf([organization]);
  const off = useMay(organization.id, ["administrators.edit"], names).off("administrators.edit");
  const draft = useDraft({ name, phone: own.phone ?? "" }, id);
  // Everybody changes their own name; the number needs a right.
  const save = async () => {
    const body = { name: draft.values.name.trim(), phone: draft.values.phone.trim() || null };
    if (off) await api.put("/v1/session/name", { body: { name: body.name } });
    else await api.patch("/v1/administrators/{administrator_id}", { params: { administrator_id: id }, ifMatch: own.revision, body });
    await onSaved();
  };
  return html`
    <${EditCard} title=${t("me.details")} draft=${draft} save=${save} reload=${onSaved} names=${names}>${(/** @type {unknown} */ problem) => html`
      <${Field} label=${t("me.name")} name="name" required maxlength="200" autocomplete="name" value=${draft.values.name} error=${errorAt(problem, "/name")} onInput=${(/** @type {string} */ value) => draft.set({ name: value })} />
      <${Field} label=${t("me.phone")} hint=${t("me.phoneHint")} name="phone" type="tel" autocomplete="tel" readonly=${Boolean(off)} value=${draft.values.phone} error=${errorAt(problem, "/phone")} onInput=${(/** @type {string} */ value) => draft.set({ phone: value })} />
      ${off && html`<p class="quiet small">${rich("me.detailsOff", { organization: organization.name })}</p>`}`}<//>`;
}
