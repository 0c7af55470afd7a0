// `/rules/new`, `/rules/:id` and `/rules/:id/dry-run`: one rule. What it would have decided is shown before it is saved.

import { html, useEffect } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { useResource } from "../../resource.js";
import { here, query } from "../../router.js";
import { namesOf, organizationOf, useOrganizations } from "../../places.js";
import { EMPTY, valuesFor, valuesFrom, valuesOf } from "../../rules/contents.js";
import { useMayDecide } from "../../rules/may-decide.js";
import { Loaded } from "../../components/loaded.js";
import { PageHead } from "../../components/page-head.js";
import { Text } from "../../components/text.js";
import { Editor } from "./editor.js";

export const styles = import.meta.resolve("../rules/page.css");

/** @typedef {import("../../api.js").Schemas} Schemas */

/** @param {{ params: { id?: string } }} props */
export default function RulePage({ params }) {
  const organizations = useOrganizations();
  const names = namesOf(organizations.data?.items);
  if (!params.id) return html`<${NewRule} key="new" names=${names} />`;
  return html`<${OneRule} key=${params.id} id=${params.id} names=${names} />`;
}

const SHA256 = /^[0-9a-f]{64}$/;
/** The longest name of a rule. */
const NAME = 200;

/** What the address says about a new rule. */
function valuesAsked() {
  const sha256 = query.value.get("sha256") ?? "";
  return SHA256.test(sha256) ? valuesFor(sha256, (query.value.get("name") ?? "").slice(0, NAME)) : EMPTY;
}

/** @param {{ names: Record<string, string> }} props */
function NewRule({ names }) {
  const organization = organizationOf(query.value.get("organization"));
  const from = query.value.get("request");
  const request = useResource(async (signal) => (from ? api.get("/v1/requests/{request_id}", { params: { request_id: from }, signal }) : null), [from]);
  const may = useMayDecide(organization, names);
  const back = { href: `/rules?organization=${organization}`, label: t("rules.title") };
  const ready = request.data || !from;
  return html`
    <${PageHead} title=${t("rules.new")} back=${back} beside=${names[organization] && html`<span class="quiet small"><${Text} text=${names[organization]} /></span>`} />
    ${ready
      ? html`<${Editor} rule=${null} values=${request.data ? valuesFrom(request.data) : valuesAsked()} request=${request.data} organization=${organization} may=${may} names=${names} reload=${() => undefined} />`
      : html`<${Loaded} resource=${request} names=${names}>${() => null}<//>`}`;
}

/** @param {{ id: string, names: Record<string, string> }} props */
function OneRule({ id, names }) {
  const rule = useResource((signal) => api.get("/v1/rules/{rule_id}", { params: { rule_id: id }, signal }), [id]);
  const organization = rule.data?.organization_id ?? organizationOf(query.value.get("organization"));
  const may = useMayDecide(organization, names);
  const back = { href: `/rules?organization=${organization}`, label: html`${t("rules.title")}${names[organization] && html` · <${Text} text=${names[organization]} />`}` };
  const wantsRun = here.value.path.endsWith("/dry-run");
  useEffect(() => {
    if (wantsRun && rule.data) document.getElementById("dry-run")?.scrollIntoView({ block: "start" });
  }, [wantsRun, rule.data === null]);
  const name = rule.data?.name ?? t("rule.one");
  return html`
    <${PageHead} title=${name} shown=${html`<${Text} text=${name} />`} back=${back} />
    <${Loaded} resource=${rule} names=${names} rows=${6}>${(/** @type {Schemas["Rule"]} */ found) => html`
      <${Editor} rule=${found} values=${valuesOf(found)} request=${null} organization=${found.organization_id} may=${may} names=${names} reload=${rule.reload} onSaved=${rule.set} />`}<//>`;
}
