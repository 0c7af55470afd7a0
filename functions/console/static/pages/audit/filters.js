// How the audits are narrowed, as the address says: a text, acts, who acted, a time and what the entries are about.

import { html, useEffect, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { query, setQuery } from "../../router.js";
import { Button } from "../../components/button.js";
import { Field } from "../../components/field.js";
import { Fold } from "../../components/fold.js";
import { Select } from "../../components/select.js";
import { plainly } from "../../components/text.js";

/** @typedef {{ q: string, act: string, actor: string, about: string, from: string, to: string }} Filters */

const ID = /^[a-z]{3}_[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** Acts that are chosen together. The server takes the part of a name before the dot for all acts that begin with it. */
const TOPICS = {
  requests: "request,grant",
  computers: "computer,enrollment-key,maintenance-mode,override-code",
  policies: "policy,policies,rule,tag",
  people: "administrator,role",
  signIn: "session,totp,api-token,login-settings",
  organizations: "organization,group,branding,approval-settings,integration",
  messages: "notification,push-subscription",
  records: "audit,requests,set-up,store",
};

/** Actors without an id. */
const NOBODY = /** @type {const} */ (["system", "operator", "anonymous", "set-up"]);

/** Everything that narrows, empty. */
export const NONE = { q: null, act: null, actor: null, about: null, from: null, to: null, entry: null };

/** @returns {Filters} */
export function filters() {
  const get = (/** @type {string} */ name) => query.value.get(name) ?? "";
  const day = (/** @type {string} */ name) => (DAY.test(get(name)) ? get(name) : "");
  return { q: get("q"), act: get("act"), actor: get("actor"), about: get("about"), from: day("from"), to: day("to") };
}

/** The beginning of a day here, or of one after it. @param {string} day @param {number} [after] */
function begins(day, after = 0) {
  const [year, month, date] = day.split("-").map(Number);
  const begun = new Date(year, month - 1, date + after);
  return Number.isNaN(begun.getTime()) ? "" : begun.toISOString();
}

/** The parameters of the list and of the export. @param {string} organization @param {Filters} chosen */
export const auditQuery = (organization, { q, act, actor, about, from, to }) => ({
  organization_id: organization, q, act, actor, about, after: from && begins(from), before: to && begins(to, 1),
});

/** @param {Filters} chosen */
export const isNarrowed = (chosen) => Object.values(chosen).some(Boolean);

/** The acts. @param {{ act: string }} props */
export function ActFilter({ act }) {
  const topics = Object.entries(TOPICS).map(([topic, value]) => ({ value, label: t(`audit.topic.${topic}`) }));
  const other = act && !topics.some(({ value }) => value === act) ? [{ value: act, label: act }] : [];
  return html`<${Select} label=${t("audit.what")} value=${act} options=${[{ value: "", label: t("audit.anything") }, ...other, ...topics]} onChange=${(/** @type {string} */ chosen) => setQuery({ act: chosen, entry: null })} />`;
}

/** Who acted. @param {{ people: Record<string, string>, actor: string }} props */
export function ActorFilter({ people, actor }) {
  const known = Object.entries(people).map(([value, name]) => ({ value, label: plainly(name) })).sort((one, other) => one.label.localeCompare(other.label));
  const others = NOBODY.map((value) => ({ value, label: t(`audit.who.${value}`) }));
  const all = [...known, ...others];
  const unknown = actor && !all.some(({ value }) => value === actor) ? [{ value: actor, label: t("audit.thisActor") }] : [];
  return html`<${Select} label=${t("audit.actor")} value=${actor} options=${[{ value: "", label: t("audit.anybody") }, ...unknown, ...all]} onChange=${(/** @type {string} */ chosen) => setQuery({ actor: chosen, entry: null })} />`;
}

/** The days and the id, which are needed less often. @param {{ chosen: Filters }} props */
export function MoreFilters({ chosen: { about, from, to } }) {
  const set = (/** @type {"from" | "to"} */ name) => (/** @type {string} */ day) => setQuery({ [name]: day, entry: null }, { replace: true });
  const used = [about, from, to].filter(Boolean).length;
  return html`
    <div class="card audit-more"><${Fold} icon="filter" title=${t("audit.more")} end=${used > 0 && t("audit.used", { n: used })} open=${used > 0}>
      <div class="filters">
        <${Field} label=${t("audit.fromDay")} name="from" type="date" max=${to || undefined} value=${from} onInput=${set("from")} />
        <${Field} label=${t("audit.toDay")} name="to" type="date" min=${from || undefined} value=${to} onInput=${set("to")} />
        <${AboutField} about=${about} />
      </div>
    <//></div>`;
}

/** @param {{ about: string }} props */
function AboutField({ about }) {
  const typed = useSignal(about);
  const wrong = useSignal(false);
  useEffect(() => {
    typed.value = about;
    wrong.value = false;
  }, [about]);
  const find = (/** @type {Event} */ event) => {
    event.preventDefault();
    const id = typed.value.trim();
    wrong.value = Boolean(id) && !ID.test(id);
    if (!wrong.value) setQuery({ about: id, entry: null });
  };
  return html`
    <form class="audit-find" method="post" onSubmit=${find}>
      <${Field} label=${t("audit.about")} name="about" maxlength="64" autocomplete="off" spellcheck=${false} value=${typed.value} error=${wrong.value ? t("audit.notId") : undefined} onInput=${(/** @type {string} */ value) => { typed.value = value; wrong.value = false; }} />
      <${Button} type="submit">${t("audit.find")}<//>
    </form>`;
}
