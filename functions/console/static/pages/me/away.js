// Being away: from when until when, and who is told instead.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { PAGE, everything } from "../../everything.js";
import { ifMay, useMay } from "../../may.js";
import { namesOf } from "../../places.js";
import { useResource } from "../../resource.js";
import { Check } from "../../components/check.js";
import { Field } from "../../components/field.js";
import { Note } from "../../components/note.js";
import { errorAt } from "../../components/problem.js";
import { Select } from "../../components/select.js";
import { plainly } from "../../components/text.js";
import { here } from "./own.js";
import { week } from "./settings.js";

/** @param {{ me: import("../../api.js").Schemas["WhoAmI"], values: import("./settings.js").Values, set: (part: Partial<import("./settings.js").Values>) => void, problem: unknown }} props */
export function AwayFields({ me, values, set, problem }) {
  const leave = (/** @type {boolean} */ away) => set({ away, ...(away && !values.awayFrom ? week() : {}) });
  const field = (/** @type {"awayFrom" | "awayUntil"} */ name, /** @type {string} */ label, /** @type {string} */ pointer) => html`
    <${Field} label=${label} name=${name} type="datetime-local" required value=${values[name]} error=${errorAt(problem, pointer)} onInput=${(/** @type {string} */ value) => set({ [name]: value })} />`;
  return html`
    <div class="stack">
      <${Check} checked=${values.away} onChange=${leave}><b>${t("away.title")}</b><br /><span class="quiet small">${t("away.hint")}</span><//>
      ${values.away && html`
        <div class="stack fields-inside">
          <div class="fields-two">${field("awayFrom", t("away.from"), "/away/from")}${field("awayUntil", t("away.until"), "/away/until")}</div>
          <p class="hint">${t("away.zone", { zone: here().replaceAll("_", " ") })}</p>
          <${Delegate} me=${me} value=${values.delegate} error=${errorAt(problem, "/away/delegate_id")} onChange=${(/** @type {string} */ delegate) => set({ delegate })} />
        </div>`}
    </div>`;
}

/** Somebody of one's own organization. Those above it cannot be listed from here: who was chosen stays. @param {{ me: import("../../api.js").Schemas["WhoAmI"], value: string, error?: string, onChange: (id: string) => void }} props */
function Delegate({ me, value, error, onChange }) {
  const { id, organization } = me.administrator;
  const off = useMay(organization.id, ["administrators.view"], namesOf([organization])).off("administrators.view");
  const people = useResource((signal) => ifMay("administrators.view", organization.id, async () => (await everything((cursor) => api.get("/v1/administrators", { query: { organization_id: organization.id, limit: PAGE, cursor }, signal }))).items, [], signal), [organization.id]);
  const others = (people.data ?? []).filter((one) => one.id !== id && one.state === "active");
  const known = others.map((one) => ({ value: one.id, label: plainly(one.name) })).sort((one, other) => one.label.localeCompare(other.label));
  const unknown = value && !known.some((one) => one.value === value) ? [{ value, label: t("away.somebody") }] : [];
  if (off && !value) return html`<${Note} icon="lock" title=${t("away.cannotChoose")}>${off}<//>`;
  return html`
    <${Select} label=${t("away.delegate")} value=${value} options=${[{ value: "", label: t("away.nobody") }, ...unknown, ...known]} onChange=${onChange} />
    ${error && html`<p class="field-error">${error}</p>`}
    <p class="hint">${t(value ? "away.delegateHint" : "away.nobodyHint")}</p>`;
}
