// `/access`: may somebody do something somewhere, and why; who else can; the table of everybody. The question is in the address.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { PAGE, everything } from "../../everything.js";
import { ifMay, useMay } from "../../may.js";
import { useResource } from "../../resource.js";
import { query, setQuery } from "../../router.js";
import { catalogue, who } from "../../session.js";
import { actionName } from "../../people/catalogue.js";
import { choices, namesOf, organizationOf, usePlaces } from "../../places.js";
import { Copy } from "../../components/copy.js";
import { Note } from "../../components/note.js";
import { PageHead } from "../../components/page-head.js";
import { LongSelect } from "../../components/long-select.js";
import { Select } from "../../components/select.js";
import { plainly } from "../../components/text.js";
import { AnswerTo } from "./answer.js";
import { WhoCan } from "./who-can.js";
import { Everybody } from "./everybody.js";
import { SCOPES, actionsOf, hasScope } from "./question.js";

export const styles = import.meta.resolve("./page.css");

/** @typedef {import("./question.js").Action} Action */
/** @typedef {import("./question.js").Named} Named */
/** @typedef {import("./question.js").Person} Person */
/** @typedef {import("./question.js").Question} Question */

export default function Access() {
  const me = who.value?.administrator;
  const places = usePlaces();
  const get = (/** @type {string} */ name) => query.value.get(name) ?? "";
  const at = organizationOf(get("organization"));
  const place = places.find(({ id }) => id === at) ?? { id: at, name: at === me?.organization.id ? me.organization.name : t("missing.organization") };
  const people = usePeople([organizationOf(), at]);
  const may = useMay(at, ["administrators.view"], namesOf(places));
  const id = get("who") || me?.id || "";
  const scope = SCOPES.find((one) => one === get("scope")) ?? "computer";
  const action = /** @type {Action} */ (get("action") || "requests.approve-application");
  if (!me || !catalogue.value) return html`<${PageHead} title=${t("access.title")} />`;
  const hidden = may.off("administrators.view");
  const sees = may.asked && !hidden;
  const asked = { who: people.find((one) => one.id === id) ?? (id === me.id ? me : null), id, action, place, scope };
  return html`
    <${PageHead} title=${t("access.title")} end=${html`<${Copy} text=${location.href} label=${t("access.copy")} shown=${t("access.copyShort")} />`} />
    <div class="page-body">
      <section class="card access" aria-label=${t("access.question")}>
        <${Sentence} asked=${asked} people=${people} places=${places} />
        <div class="access-answer">
          <${AnswerTo} asked=${asked} places=${places} />
          ${sees && html`<${WhoCan} asked=${asked} places=${places} />`}
        </div>
      </section>
      ${hidden && html`<${Note} icon="lock" title=${t("access.everybody")}>${hidden}<//>`}
      ${sees && html`<${Everybody} place=${place} current=${id} area=${get("area") || action.split(".")[0]} />`}
    </div>`;
}

/** @param {{ asked: Question, people: Person[], places: Named[] }} props */
function Sentence({ asked, people, places }) {
  const known = asked.who && !people.some(({ id }) => id === asked.id) ? [asked.who, ...people] : people;
  const persons = known.map(({ id, name }) => ({ value: id, label: plainly(name) }));
  if (!asked.who) persons.unshift({ value: asked.id, label: t("access.unknownPerson") });
  const actions = actionsOf().map((action) => ({ value: action, label: actionName(action), group: t(`area.${action.split(".")[0]}`) }));
  const scopes = hasScope(asked.action) ? SCOPES.map((value) => ({ value, label: t(`access.scope.${value}`) })) : [{ value: asked.scope, label: t("access.anyScope") }];
  return html`
    <div class="access-sentence">
      <${LongSelect} label=${t("access.who")} value=${asked.id} options=${persons} onChange=${(/** @type {string} */ value) => setQuery({ who: value })} />
      <${Select} label=${t("access.action")} value=${asked.action} options=${actions} onChange=${(/** @type {string} */ value) => setQuery({ action: value, area: null })} />
      <${LongSelect} label=${t("access.place")} value=${asked.place.id} options=${choices(places, asked.place)} onChange=${(/** @type {string} */ value) => setQuery({ organization: value })} />
      <${Select} label=${t("access.for")} value=${asked.scope} options=${scopes} onChange=${(/** @type {string} */ value) => setQuery({ scope: value })} />
    </div>`;
}

/** The administrators of some organizations whom the reader may see. @param {string[]} ids @returns {Person[]} */
function usePeople(ids) {
  const wanted = [...new Set(ids.filter(Boolean))];
  const people = useResource(async (signal) => {
    const pages = await Promise.all(wanted.map((id) => ifMay("administrators.view", id, async () => (await everything((cursor) => api.get("/v1/administrators", { query: { organization_id: id, limit: PAGE, cursor }, signal }))).items, [], signal)));
    return pages.flat().map(({ id, name, organization }) => ({ id, name, organization })).sort((one, other) => one.name.localeCompare(other.name));
  }, [wanted.join(" ")]);
  return people.data ?? [];
}
