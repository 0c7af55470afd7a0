// What a rule would have decided in the past 30 days, from the server: how many, whether as people did, and each of them.

import { html, useRef, useSignal } from "../ui.js";
import { rich, t } from "../i18n.js";
import { api, Problem } from "../api.js";
import { useResource } from "../resource.js";
import { query, withQuery } from "../router.js";
import { Badge } from "../components/badge.js";
import { Button } from "../components/button.js";
import { Card } from "../components/card.js";
import { ChipLink } from "../components/chip.js";
import { Skeleton } from "../components/loaded.js";
import { Note } from "../components/note.js";
import { Missing, ProblemNote, faultWords, words } from "../components/problem.js";
import { FileName, Text, plainly } from "../components/text.js";
import { Time } from "../components/time.js";

/** @typedef {import("../api.js").Schemas} Schemas */
/** @typedef {{ looked_at: number, would_decide: number, agrees: number, differs: number, items: Schemas["WouldDecide"][], cursor: string | null }} Tried */

const SHOWN = 25;
const OUTCOME = /** @type {const} */ ({ approve: "approved", deny: "denied" });
const FILTERS = /** @type {const} */ (["all", "agrees", "differs", "nobody"]);

/** @param {string} organization @param {Schemas["RuleContents"]} rule @param {string | null} cursor @param {AbortSignal} [signal] */
export async function tryRule(organization, rule, cursor, signal) {
  const { next_cursor: next, ...found } = await api.post("/v1/rules/dry-run", { body: { organization_id: organization, rule, cursor }, signal });
  return { ...found, cursor: next ?? null };
}

/** @param {string} organization @param {Schemas["RuleContents"] | null} rule none while there is nothing to try */
export function useDryRun(organization, rule) {
  const busy = useSignal(false);
  const problem = useSignal(/** @type {unknown} */ (null));
  const key = JSON.stringify(rule);
  const tried = useResource(async (signal) => (rule ? tryRule(organization, rule, null, signal) : null), [organization, key]);
  const older = async () => {
    const present = tried.data;
    if (!rule || !present?.cursor || busy.peek()) return;
    busy.value = true;
    problem.value = null;
    try {
      const more = await tryRule(organization, rule, present.cursor);
      tried.set({
        looked_at: present.looked_at + more.looked_at, would_decide: present.would_decide + more.would_decide, agrees: present.agrees + more.agrees,
        differs: present.differs + more.differs, items: [...present.items, ...more.items], cursor: more.cursor,
      });
    } catch (caught) {
      problem.value = caught;
    } finally {
      busy.value = false;
    }
  };
  return { tried, none: rule === null, older, busy: busy.value, olderProblem: problem.value };
}

/** "Would have decided 41 of 58" @param {Tried} tried */
export const inShort = ({ would_decide: would, looked_at: of, cursor }) => t(cursor ? "dryRun.shortMore" : "dryRun.short", { n: of, would });

/** How a request was decided, compared to the rule. @param {Schemas["WouldDecide"]} item @param {Schemas["RuleEffect"]} effect */
function comparedTo(item, effect) {
  if (!item.outcome) return "nobody";
  return item.outcome === OUTCOME[effect] ? "agrees" : "differs";
}

/** @param {{ run: ReturnType<typeof useDryRun>, effect: Schemas["RuleEffect"], organization: string }} props */
export function DryRun({ run, effect, organization }) {
  const { tried } = run;
  const last = useRef(tried.data);
  if (tried.data) last.current = tried.data;
  const shown = tried.data ?? (tried.problem === null ? last.current : null);
  const refused = tried.data === null && tried.problem !== null;
  const title = refused || run.none ? t("dryRun.notYet") : tried.data ? t(tried.data.cursor ? "dryRun.titleNewest" : "dryRun.title", { n: tried.data.looked_at, would: tried.data.would_decide }) : t("dryRun.waiting");
  return html`
    <${Card} title=${html`<span role="status">${title}</span>`} padded=${false} strong id="dry-run">
      ${run.none && html`<p class="padded quiet">${t("dryRun.begin")}</p>`}
      ${shown === null && !run.none && !tried.problem && html`<div class="padded"><${Skeleton} rows=${3} /></div>`}
      ${refused && html`<div class="dry-run-note"><${Refused} problem=${tried.problem} /></div>`}
      ${shown && !run.none && html`<${Found} run=${run} tried=${shown} effect=${effect} organization=${organization} />`}
    <//>`;
}

/** What the server wants first. @param {{ problem: unknown }} props */
function Refused({ problem }) {
  const errors = problem instanceof Problem ? problem.errors : [];
  if (!errors.length) return html`<${Note} kind="plain" icon="rules">${words(problem)}${problem instanceof Problem && html`<${Missing} missing=${problem.missing} />`}<//>`;
  return html`<${Note} kind="plain" icon="rules">${errors.map((error) => html`<p key=${error.pointer}>${plainly(faultWords(error))}</p>`)}<//>`;
}

/** @param {{ run: ReturnType<typeof useDryRun>, tried: Tried, effect: Schemas["RuleEffect"], organization: string }} props */
function Found({ run, tried, effect, organization }) {
  const shown = useSignal(SHOWN);
  const filter = FILTERS.find((one) => one === query.value.get("show")) ?? "all";
  const counts = { all: tried.would_decide, agrees: tried.agrees, differs: tried.differs, nobody: tried.would_decide - tried.agrees - tried.differs };
  const items = tried.items.filter((item) => filter === "all" || comparedTo(item, effect) === filter);
  return html`
    <div class="dry-run-head">
      <p class="quiet small">${t("dryRun.words")}</p>
      ${tried.would_decide > 0 && html`<nav class="chips" aria-label=${t("dryRun.filter")}>${FILTERS.filter((one) => one === "all" || counts[one] > 0).map((one) => html`
        <${ChipLink} key=${one} href=${withQuery({ show: one === "all" ? null : one })} on=${one === filter} n=${String(counts[one])}>${t(`dryRun.show.${one}`)}<//>`)}</nav>`}
    </div>
    ${tried.would_decide === 0
      ? html`<p class="padded quiet">${t(tried.looked_at === 0 ? "dryRun.noRequests" : "dryRun.none")}</p>`
      : html`<ul class="item-lines">${items.slice(0, shown.value).map((item) => html`<${Line} key=${item.id} item=${item} effect=${effect} organization=${organization} />`)}</ul>`}
    ${(items.length > shown.value || tried.cursor) && html`<div class="show-more">
      ${run.olderProblem !== null && html`<${ProblemNote} problem=${run.olderProblem} />`}
      ${items.length > shown.value
        ? html`<${Button} onClick=${() => { shown.value += SHOWN; }}>${t("list.more")}<//>`
        : html`<${Button} busy=${run.busy} onClick=${run.older}>${t("dryRun.older")}<//>`}</div>`}`;
}

/** @param {{ item: Schemas["WouldDecide"], effect: Schemas["RuleEffect"], organization: string }} props */
function Line({ item, effect, organization }) {
  const compared = comparedTo(item, effect);
  const kind = /** @type {const} */ ({ agrees: "good", differs: "warn", nobody: "plain" })[compared];
  const elsewhere = item.organization.id !== organization;
  const computer = item.computer_name ?? item.hostname;
  return html`
    <li class="item-line">
      <span class="item-words"><a href=${`/requests/${item.id}`}><${FileName} name=${item.name} /></a>
        <span class="quiet small">${item.username ? rich("dryRun.who", { user: item.username, computer }) : rich("dryRun.where", { computer })}${elsewhere && html` · <${Text} text=${item.organization.name} />`} · <${Time} at=${item.created_at} as="ago" /></span>
        ${item.unconfirmed && effect === "approve" && html`<span class="small"><${Badge} kind="warn" icon="warning">${t("dryRun.unconfirmed")}<//></span>`}</span>
      <${Badge} kind=${kind}>${t(item.outcome ? `dryRun.${compared}.${item.outcome}` : `dryRun.status.${item.status}`)}<//>
    </li>`;
}
