// `/login-settings`: what signing in asks of the administrators of an organization.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useDraft } from "../../draft.js";
import { useMay } from "../../may.js";
import { useResource } from "../../resource.js";
import { query } from "../../router.js";
import { namesOf, organizationOf, useOrganizations } from "../../places.js";
import { span } from "../../format.js";
import { Card } from "../../components/card.js";
import { Check } from "../../components/check.js";
import { Chips } from "../../components/chip.js";
import { EditCard } from "../../components/edit-card.js";
import { Facts } from "../../components/facts.js";
import { Field } from "../../components/field.js";
import { Loaded } from "../../components/loaded.js";
import { Note } from "../../components/note.js";
import { PageHead } from "../../components/page-head.js";
import { OrganizationFilter } from "../../components/place-filters.js";
import { Problem } from "../../api.js";
import { errorAt, faultWords } from "../../components/problem.js";

export const styles = import.meta.resolve("../../styles/fleet.css");

/** @typedef {import("../../api.js").Schemas["LoginSettings"]} Settings */

/** Lengths of sessions to choose from, in minutes. */
const LENGTHS = [60, 480, 720, 1440, 10_080];
const DEFAULT = 720;
const MINUTE = 60;

export default function LoginSettings() {
  const organization = organizationOf(query.value.get("organization"));
  const organizations = useOrganizations().data?.items;
  const params = { organization_id: organization };
  const settings = useResource((signal) => api.get("/v1/organizations/{organization_id}/login-settings", { params, signal }), [organization]);
  const names = namesOf(organizations);
  return html`
    <${PageHead} title=${t("login.title")} below=${html`<p class="quiet small">${t("login.words")}</p>`} />
    <div class="page-body page-column">
      <div class="filters"><${OrganizationFilter} organizations=${organizations} organization=${organization} /></div>
      <${Loaded} resource=${settings} rows=${5} names=${names}>${(/** @type {Settings} */ present) => html`
        <${Effective} present=${present} name=${names[organization]} />
        <${Own} key=${organization} present=${present} names=${names} set=${settings.set} reload=${settings.reload} />`}<//>
      <p class="quiet small">${t("login.deployment")}</p>
    </div>`;
}

/** What counts there, with what the organizations above require. @param {{ present: Settings, name: string | undefined }} props */
function Effective({ present, name }) {
  const { require_totp: codes, session_minutes: minutes, allowed_ranges: lists } = present.effective;
  return html`
    <${Card} title=${name ? rich("login.inForceAt", { name }) : t("login.inForce")}>
      <${Facts} facts=${[
        { name: t("login.codes"), value: t(codes ? "login.required" : "login.optional") },
        { name: t("login.session"), value: t("login.atMost", { span: span((minutes ?? DEFAULT) * MINUTE) }) },
        { name: t("login.from"), value: lists.length === 0 ? t("login.anywhere") : html`<ul>${lists.map((list, nth) => html`<li key=${nth}>${nth > 0 && html`<span class="quiet">${t("login.andOneOf")} </span>`}<code>${list.join(" · ")}</code></li>`)}</ul>` },
      ]} />
    <//>`;
}

/** @param {Settings} present */
const valuesOf = (present) => ({ codes: present.require_totp, minutes: present.session_minutes ? String(present.session_minutes) : "", ranges: present.allowed_ranges.join("\n"), other: Boolean(present.session_minutes && !LENGTHS.includes(present.session_minutes)) });

/** @param {{ present: Settings, names: Record<string, string>, set: (settings: Settings) => void, reload: () => Promise<void> }} props */
function Own({ present, names, set, reload }) {
  const off = useMay(present.organization_id, ["login-settings.edit"], names).off("login-settings.edit");
  const draft = useDraft(valuesOf(present), present.organization_id);
  const { codes, minutes, ranges, other } = draft.values;
  const save = async () => {
    const body = { require_totp: codes, session_minutes: minutes ? Number(minutes) : null, allowed_ranges: ranges.split(/[\s,;]+/).filter(Boolean) };
    set(await api.put("/v1/organizations/{organization_id}/login-settings", { params: { organization_id: present.organization_id }, ifMatch: present.revision, body }));
  };
  const lengths = [{ value: "", label: t("login.asAbove") }, ...LENGTHS.map((each) => ({ value: String(each), label: span(each * MINUTE) })), { value: "other", label: t("login.other") }];
  const choose = (/** @type {string} */ value) => draft.set(value === "other" ? { other: true, minutes: minutes || String(DEFAULT) } : { other: false, minutes: value });
  return html`
    <${EditCard} title=${t("login.own")} draft=${draft} save=${save} off=${off} reload=${reload} names=${names}>${(/** @type {unknown} */ problem) => html`
      <p class="quiet small">${t("login.ownWords")}</p>
      <div><${Check} checked=${codes} off=${Boolean(off)} onChange=${(/** @type {boolean} */ on) => draft.set({ codes: on })}><b>${t("login.requireCodes")}</b><br /><span class="quiet small">${t("login.requireCodesHint")}</span><//></div>
      <${Chips} legend=${t("login.longest")} value=${other ? "other" : minutes} off=${Boolean(off)} options=${lengths} onChange=${choose} />
      ${other && html`<${Field} label=${t("login.minutes")} hint=${t("login.minutesHint")} name="minutes" type="number" min="5" max="43200" inputmode="numeric" readonly=${Boolean(off)} value=${minutes} error=${errorAt(problem, "/session_minutes")} onInput=${(/** @type {string} */ value) => draft.set({ minutes: value })} />`}
      <${Field} label=${t("login.ranges")} hint=${t("login.rangesHint")} name="ranges" rows=${3} spellcheck=${false} readonly=${Boolean(off)} value=${ranges} error=${rangeError(problem, ranges)} onInput=${(/** @type {string} */ value) => draft.set({ ranges: value })} />
      <${Note} kind="info" icon="clock">${t("login.when")}<//>`}<//>`;
}

/** The network that is none: an error names its place in the list. @param {unknown} problem @param {string} ranges */
function rangeError(problem, ranges) {
  const found = problem instanceof Problem ? problem.errors.find(({ pointer }) => pointer.startsWith("/allowed_ranges")) : undefined;
  if (!found) return undefined;
  const nth = Number(found.pointer.split("/")[2]);
  const which = ranges.split(/[\s,;]+/).filter(Boolean)[nth];
  return which ? t("login.rangeError", { range: which, what: faultWords(found) }) : faultWords(found);
}
