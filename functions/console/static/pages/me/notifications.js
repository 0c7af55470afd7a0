// Of what one hears, by which channels and when; who is told while one is away; push messages in this browser.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { languageChoices, zoneChoices, zoneName } from "../../choices.js";
import { useDraft } from "../../draft.js";
import { Check } from "../../components/check.js";
import { Chips } from "../../components/chip.js";
import { EditCard } from "../../components/edit-card.js";
import { Field } from "../../components/field.js";
import { Loaded } from "../../components/loaded.js";
import { errorAt } from "../../components/problem.js";
import { Select } from "../../components/select.js";
import { AwayFields } from "./away.js";
import { ByKind, Channels } from "./channels.js";
import { here, useOwn } from "./own.js";
import { Push } from "./push.js";
import { bodyOf, valuesOf } from "./settings.js";

/** @typedef {import("./own.js").Own} Own */

/** @param {{ me: import("../../api.js").Schemas["WhoAmI"] }} props */
export function Notifications({ me }) {
  const own = useOwn();
  return html`
    <${Loaded} resource=${own} rows=${6}>${(/** @type {Own} */ settings) => html`
      <${Push} chosen=${settings.channels.includes("push")} />
      <${Settings} me=${me} own=${settings} set=${own.set} reload=${own.reload} />`}<//>`;
}

/** @param {{ me: import("../../api.js").Schemas["WhoAmI"], own: Own, set: (own: Own) => void, reload: () => Promise<void> }} props */
function Settings({ me, own, set, reload }) {
  const draft = useDraft(valuesOf(own), "notifications");
  const save = async () => set(await api.put("/v1/session/notifications", { ifMatch: own.revision, body: bodyOf(draft.values) }));
  const { values } = draft;
  const off = values.channels.length === 0 ? t("notice.atLeastOne") : undefined;
  return html`
    <${EditCard} title=${t("notice.title")} draft=${draft} save=${save} off=${off} reload=${reload}>${(/** @type {unknown} */ problem) => html`
      <div><${Check} checked=${values.onRequest} onChange=${(/** @type {boolean} */ onRequest) => draft.set({ onRequest })}><b>${t("notice.onRequest")}</b><br /><span class="quiet small">${t("notice.onRequestHint")}</span><//></div>
      <${Channels} legend=${t("notice.channels")} hint=${t("notice.channelsHint")} phone=${Boolean(own.phone)} chosen=${values.channels} onChange=${(/** @type {any} */ channels) => draft.set({ channels })} />
      <${ByKind} phone=${Boolean(own.phone)} chosen=${values.byKind} usual=${values.channels} onChange=${(/** @type {any} */ byKind) => draft.set({ byKind })} />
      <hr class="me-line" />
      <div><${Check} checked=${values.lonely} onChange=${(/** @type {boolean} */ lonely) => draft.set({ lonely })}><b>${t("notice.lonely")}</b><br /><span class="quiet small">${t("notice.lonelyHint")}</span><//></div>
      <${When} values=${values} set=${draft.set} problem=${problem} />
      <hr class="me-line" />
      <${AwayFields} me=${me} values=${values} set=${draft.set} problem=${problem} />`}<//>`;
}

/** Quiet hours, digest, time zone and language. @param {{ values: import("./settings.js").Values, set: (part: Partial<import("./settings.js").Values>) => void, problem: unknown }} props */
function When({ values, set, problem }) {
  const rhythms = ["immediately", "hourly", "daily"].map((value) => ({ value, label: t(`notice.digest.${value}`) }));
  const zones = zoneChoices(t("notice.zoneNone"));
  const known = zones.some(({ value }) => value === values.zone) ? zones : [...zones, { value: values.zone, label: values.zone }];
  const field = (/** @type {"from" | "to" | "digestAt"} */ name, /** @type {string} */ label, /** @type {string} */ pointer) => html`
    <${Field} label=${label} name=${name} type="time" required value=${values[name]} error=${errorAt(problem, pointer)} onInput=${(/** @type {string} */ value) => set({ [name]: value })} />`;
  return html`
    <div class="stack">
      <${Check} checked=${values.quiet} onChange=${(/** @type {boolean} */ quiet) => set({ quiet })}><b>${t("notice.quiet")}</b><br /><span class="quiet small">${t("notice.quietHint")}</span><//>
      ${values.quiet && html`<div class="fields-two fields-inside">${field("from", t("notice.from"), "/quiet_hours/from")}${field("to", t("notice.to"), "/quiet_hours/to")}</div>`}
    </div>
    <${Chips} legend=${t("notice.rhythm")} value=${values.digest} options=${rhythms} onChange=${(/** @type {any} */ digest) => set({ digest })} />
    ${values.digest === "daily" && html`<div class="fields-two fields-inside">${field("digestAt", t("notice.digestAt"), "/digest_at")}</div>`}
    <div class="fields-two">
      <${Select} label=${t("notice.zone")} value=${values.zone} options=${known} onChange=${(/** @type {string} */ zone) => set({ zone })} />
      <${Select} label=${t("notice.language")} value=${values.language} options=${languageChoices(t("notice.languageNone"))} onChange=${(/** @type {any} */ language) => set({ language })} />
    </div>
    ${values.zone !== here() && html`<p class="small"><button type="button" class="link" onClick=${() => set({ zone: here() })}>${t("notice.zoneHere", { zone: zoneName(here()) })}</button></p>`}`;
}
