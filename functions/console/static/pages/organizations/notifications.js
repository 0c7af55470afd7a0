// Who is told of requests that wait too long, a test of an address, and how the channels are doing.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useDraft } from "../../draft.js";
import { ifMay } from "../../may.js";
import { useResource } from "../../resource.js";
import { Addresses, withTyped } from "../../fleet/addresses.js";
import { Badge } from "../../components/badge.js";
import { Card } from "../../components/card.js";
import { EditCard } from "../../components/edit-card.js";
import { Field } from "../../components/field.js";
import { Loaded } from "../../components/loaded.js";
import { Said } from "../../components/said.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";
import { errorAt } from "../../components/problem.js";
import { Select } from "../../components/select.js";
import { isUsed } from "../../messages/health.js";
import { useApprovalSettings } from "./settings.js";

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {{ organization: Schemas["OrganizationView"], may: import("../../may.js").May, names: Record<string, string> }} Props */

/** @param {Props} props */
export function Notifications({ organization, may, names }) {
  const settings = useApprovalSettings(organization.id);
  return html`
    <${Loaded} resource=${settings} names=${names}>${(/** @type {Schemas["ApprovalSettingsView"]} */ view) => html`<${Waiting} view=${view} off=${may.off("organizations.edit-general")} names=${names} settings=${settings} />`}<//>
    <${TryAddress} organization=${organization} names=${names} />
    <${Card} title=${t("channels.title")} padded=${false}><${Channels} organization=${organization} may=${may} names=${names} /><//>`;
}

/** @param {{ view: Schemas["ApprovalSettingsView"], off: any, names: Record<string, string>, settings: ReturnType<typeof useApprovalSettings> }} props */
function Waiting({ view, off, names, settings }) {
  const { own, effective, revision } = view;
  const mine = own.escalation;
  const saved = { own: mine ? "own" : "", untaken: mine?.untaken_after_minutes ? String(mine.untaken_after_minutes) : "", to: mine?.to ?? [], typed: "", undecided: mine?.undecided_after_minutes ? String(mine.undecided_after_minutes) : "" };
  const draft = useDraft(saved, view.organization_id);
  const { values, set } = draft;
  const params = { organization_id: view.organization_id };
  const save = async () => {
    const escalation = values.own ? { untaken_after_minutes: values.untaken ? Number(values.untaken) : null, to: withTyped(values.to, values.typed), undecided_after_minutes: values.undecided ? Number(values.undecided) : null } : undefined;
    settings.set(await api.put("/v1/organizations/{organization_id}/approval-settings", { params, body: { ...own, escalation }, ifMatch: revision }));
  };
  const inherited = mine ? t("settings.above") : t("settings.aboveIs", { value: waitingWords(effective.escalation) });
  return html`
    <${EditCard} title=${t("waiting.tooLong")} draft=${draft} save=${save} off=${off} reload=${settings.reload} names=${names}>${(/** @type {unknown} */ problem) => html`
      <${Select} label=${t("waiting.who")} value=${values.own} options=${[{ value: "", label: inherited }, { value: "own", label: t("settings.own") }]} onChange=${(/** @type {string} */ value) => set({ own: value })} />
      ${values.own && html`
        <${Field} label=${t("waiting.untaken")} hint=${t("waiting.minutes")} name="untaken" type="number" min="1" max="86400" value=${values.untaken} error=${errorAt(problem, "/escalation/untaken_after_minutes")} onInput=${(/** @type {string} */ untaken) => set({ untaken })} />
        <div><p class="field-label">${t("waiting.to")}</p><p class="hint">${t("fleet.notifyWhat")}</p><${Addresses} organization=${view.organization_id} addresses=${values.to} typed=${values.typed} onType=${(/** @type {string} */ typed) => set({ typed })} off=${off} names=${names} problem=${errorAt(problem, "/escalation/to")} onChange=${(/** @type {string[]} */ to) => set({ to })} /></div>
        <${Field} label=${t("waiting.undecided")} hint=${t("waiting.minutes")} name="undecided" type="number" min="1" max="86400" value=${values.undecided} error=${errorAt(problem, "/escalation/undecided_after_minutes")} onInput=${(/** @type {string} */ undecided) => set({ undecided })} />`}
      <${Preview} organization=${view.organization_id} revision=${revision} />`}
    <//>`;
}

/** @param {Schemas["Escalation"] | null | undefined} escalation */
function waitingWords(escalation) {
  if (!escalation?.untaken_after_minutes && !escalation?.undecided_after_minutes) return t("waiting.nobody");
  return t("waiting.after", { n: escalation.untaken_after_minutes ?? escalation.undecided_after_minutes ?? 0 });
}

/** Who would be told now, from the server. @param {{ organization: string, revision: number }} props */
function Preview({ organization, revision }) {
  const params = { organization_id: organization };
  const preview = useResource((signal) => ifMay("administrators.view", organization, () => api.get("/v1/organizations/{organization_id}/escalation", { params, query: { kind: "application" }, signal }), null, signal), [organization, revision]);
  const { undecided, untaken } = preview.data ?? {};
  if (!undecided && !untaken) return null;
  const people = undecided && [...undecided.administrators.map(({ name }) => name), undecided.others ? t("waiting.others", { n: undecided.others }) : ""].filter(Boolean).join(", ");
  return html`<p class="small quiet">
    ${untaken && rich("waiting.nowUntaken", { n: untaken.after_minutes, to: untaken.to.join(", ") })}
    ${untaken && undecided && " "}
    ${undecided && rich("waiting.nowUndecided", { n: undecided.after_minutes, people: people || t("person.managing") })}</p>`;
}

/** @param {{ organization: { id: string }, names: Record<string, string> }} props */
function TryAddress({ organization, names }) {
  const tried = useSignal(/** @type {string[]} */ ([]));
  return html`
    <${Card} title=${t("try.title")}>
      <div class="stack"><p class="hint">${t("try.words")}</p>
      <${Addresses} organization=${organization.id} addresses=${tried.value} names=${names} add=${t("try.add")} testAtOnce onChange=${(/** @type {string[]} */ list) => { tried.value = list; }} /></div>
    <//>`;
}

/** @param {Props} props */
function Channels({ organization, may, names }) {
  const channels = useResource((signal) => ifMay("notifications.view", organization.id, () => api.get("/v1/notifications/channels", { query: { organization_id: organization.id }, signal }), null, signal), [organization.id]);
  const hidden = may.off("notifications.view");
  if (hidden) return html`<div class="padded">${hidden}</div>`;
  return html`
      <${Loaded} resource=${channels} names=${names}>${(/** @type {Schemas["ChannelsView"]} */ { providers, integrations }) => {
        const shown = [...providers.filter((one) => one.provider && (one.channel !== "push" || isUsed(one))).map((one) => ({ name: t(`channels.place.${one.place}`), by: one.provider, ...one })), ...integrations.map((one) => ({ name: one.address, by: null, missing: null, not_called_until: null, ...one }))];
        return shown.length ? html`<ul class="item-lines">${shown.map((one) => html`<li key=${one.name} class="item-line"><span class="item-words"><b><${Text} text=${one.name} /></b><span class="quiet small"><${Health} one=${one} /></span></span><${Badge} kind=${failing(one) ? "bad" : "good"}>${t(failing(one) ? "channels.failing" : "channels.working")}<//></li>`)}</ul>` : html`<p class="padded quiet">${t("channels.none")}</p>`;
      }}<//>`;
}

/** @typedef {{ missing?: string | null, not_called_until?: string | null, last_success_at?: string | null, last_failure_at?: string | null, last_failure?: string | null }} HealthOf */

/** @param {HealthOf} one */
const failing = (one) => Boolean(one.missing || one.not_called_until || (one.last_failure_at && (one.last_success_at ?? "") < one.last_failure_at));

/** @param {{ one: HealthOf }} props */
function Health({ one }) {
  if (one.missing) return html`<${Text} text=${one.missing} />`;
  if (failing(one)) return rich("channels.failed", { time: html`<${Time} at=${one.last_failure_at ?? ""} />`, answer: html`<${Said} text=${one.last_failure ?? ""} />` });
  return one.last_success_at ? rich("channels.worked", { time: html`<${Time} at=${one.last_success_at} />` }) : t("channels.unused");
}
