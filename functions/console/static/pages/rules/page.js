// `/rules`: the rules of an organization: what each decides, its limits, and what it would have decided in the past 30 days.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { usePages } from "../../pages.js";
import { query } from "../../router.js";
import { namesOf, organizationOf, useGroups, useOrganizations } from "../../places.js";
import { useMayDecide } from "../../rules/may-decide.js";
import { useOpening } from "../../components/opening.js";
import { OrganizationFilter } from "../../components/place-filters.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Later } from "../../components/later.js";
import { Loaded } from "../../components/loaded.js";
import { ShowMore } from "../../components/more.js";
import { Note } from "../../components/note.js";
import { PageHead } from "../../components/page-head.js";
import { Text } from "../../components/text.js";
import { Suggestion } from "./candidate.js";
import { RuleRow } from "./row.js";
import { useShortRuns } from "./short-runs.js";

export const styles = import.meta.resolve("./page.css");

/** @typedef {import("../../api.js").Schemas["Rule"]} Rule */

const loadDelete = async () => (await import("./delete.js")).DeleteRule;

export default function Rules() {
  const organization = organizationOf(query.value.get("organization"));
  const organizations = useOrganizations();
  const items = organizations.data?.items;
  const names = namesOf(items);
  const groups = useGroups(organization);
  const list = usePages((cursor, signal) => api.get("/v1/rules", { query: { organization_id: organization, cursor }, signal }), [organization], { keep: "rules" });
  const may = useMayDecide(organization, names);
  const runs = useShortRuns(organization, list.data?.items ?? []);
  const deleting = useOpening(/** @type {Rule | null} */ (null));
  const groupNames = Object.fromEntries((groups.data ?? []).map(({ id, name }) => [id, name]));
  const close = deleting.close;
  const reload = () => {
    close();
    list.reload();
  };
  const gone = () => {
    const id = deleting.what?.id;
    close();
    if (list.data) list.set({ ...list.data, items: list.data.items.filter((one) => one.id !== id) });
  };
  const fresh = html`<${NewRule} organization=${organization} off=${may.offAll} small />`;
  return html`
    <${PageHead} title=${t("rules.title")} end=${list.data?.items.length ? fresh : undefined} />
    <div class="page-body">
      <div class="filters"><${OrganizationFilter} organizations=${items} organization=${organization} /></div>
      <${Above} organization=${organization} organizations=${items ?? []} />
      <${Loaded} resource=${list} names=${names} rows=${5}>${(/** @type {{ items: Rule[] }} */ { items: rules }) => (rules.length === 0
        ? html`<${Card} padded=${false}><${Nothing} organization=${organization} organizations=${items ?? []} off=${may.offAll} /><//>`
        : html`
          <${Card} padded=${false}><ul class="item-lines">${rules.map((rule) => html`<${RuleRow} key=${rule.id} rule=${rule} groups=${groupNames} run=${runs[rule.id]} off=${may.off({ ...rule, kinds: rule.criteria.kinds })} onDelete=${() => { deleting.show(rule); }} />`)}</ul><//>
          <p class="quiet small">${t("rules.denyWins")}</p>`)}<//>
      <${ShowMore} list=${list} />
      ${may.offAll && html`<${Note} icon="lock" title=${t("rules.new")}>${may.offAll}<//>`}
    </div>
    ${deleting.what && html`<${Later} load=${loadDelete} rule=${deleting.what} names=${names} reload=${reload} onClose=${close} onDone=${gone} />`}`;
}

/** @param {{ organization: string, off: any, small?: boolean, second?: boolean }} props `second`: something else is to be done first */
function NewRule({ organization, off, small, second }) {
  if (off) return html`<${Button} size=${small ? "small" : "normal"} off=${off}>${t("rules.new")}<//>`;
  return html`<a class=${`button${second ? "" : " button-primary"}${small ? " button-small" : ""}`} href=${`/rules/new?organization=${organization}`}>${t("rules.new")}</a>`;
}

/** That rules of an organization above may decide here too. @param {{ organization: string, organizations: import("../../places.js").Organization[] }} props */
function Above({ organization, organizations }) {
  const parent = organizations.find(({ id }) => id === organizations.find((one) => one.id === organization)?.parent_id);
  if (!parent) return null;
  return html`<p class="quiet small">${rich("rules.above", { organization: parent.name })} <a href=${`/rules?organization=${parent.id}`}>${t("rules.aboveLink")}</a></p>`;
}

/** @param {{ organization: string, organizations: import("../../places.js").Organization[], off: any }} props */
function Nothing({ organization, organizations, off }) {
  const below = organizations.filter((one) => one.parent_id === organization);
  const chips = below.length > 0 && html`<p class="quiet">${t("rules.noneBelow")}</p><div class="chips">${below.slice(0, 12).map((one) => html`<a key=${one.id} class="chip" href=${`/rules?organization=${one.id}`}><${Text} text=${one.name} cut /></a>`)}</div>`;
  const rest = (/** @type {boolean} */ second) => html`<div><${NewRule} organization=${organization} off=${off} second=${second} /></div>${chips}`;
  return html`<${Suggestion} key=${organization} organization=${organization} off=${off} rest=${rest} />`;
}
