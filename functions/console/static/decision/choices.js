// The choices in their order: for whom, what it covers, until when, a message to those who ask. A denial has only the message.

import { html, useEffect, useRef, useSignal } from "../ui.js";
import { rich, t } from "../i18n.js";
import { computerName, counted } from "../format.js";
import { Check } from "../components/check.js";
import { Chips } from "../components/chip.js";
import { Field } from "../components/field.js";
import { Later, partOf } from "../components/later.js";
import { shortHash } from "../components/hash.js";
import { Options } from "../components/options.js";
import { useNarrow } from "../components/narrow.js";
import { obstacleWords } from "../components/problem.js";
import { Text } from "../components/text.js";
import { commonName } from "../request/facts.js";
import { OutOfReach } from "./out-of-reach.js";
import { answerFor, peopleOf } from "./model.js";
import { chips, localTime, mayBegin, untilOf, valueOf } from "./until.js";

const loadFirstUse = partOf(() => import("./first-use.js"), "FirstUse", "first-use");

/** @typedef {import("./model.js").Decision} Decision */
/** @typedef {import("./model.js").Request} Request */
/** @typedef {import("./model.js").Scope} Scope */

const SCOPES = /** @type {const} */ (["computer", "group", "organization"]);
const WIDTH = { computer: 0, group: 1, organization: 2 };

/** @param {{ request: Request, decision: Decision, takesFocus?: boolean }} props `takesFocus`: whoever has opened them goes on there */
export function Choices({ request, decision, takesFocus }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const first = box.current?.querySelector("input:checked");
    if (takesFocus && first instanceof HTMLElement) first.focus();
  }, []);
  const off = decision.busy.value;
  if (decision.denying.value) return html`<${Denial} request=${request} decision=${decision} />`;
  return html`
    <div class="decide" ref=${box}>
      <${For} request=${request} decision=${decision} off=${off} />
      ${request.subject.sha256 && html`<${Covers} request=${request} decision=${decision} off=${off} />`}
      <${UntilChoice} decision=${decision} off=${off} />
      <${MessageTo} request=${request} decision=${decision} />
    </div>`;
}

/** @param {{ request: Request, decision: Decision, off: boolean }} props */
function For({ request, decision, off }) {
  const reach = decision.preview.value?.scopes ?? lastScopes.get(request.id) ?? [];
  if (decision.preview.value?.scopes.length) lastScopes.set(request.id, reach);
  const options = SCOPES.map((scope) => {
    const answer = answerFor(request, "approved", scope);
    const found = reach.find((one) => one.scope === scope);
    return {
      value: scope,
      title: t(`scope.${scope}`),
      detail: scopeDetail(request, scope, found),
      end: found && t("scope.waiting", { n: found.waiting.count + 1, count: counted({ ...found.waiting, count: found.waiting.count + 1 }) }),
      reason: answer && !answer.allowed ? html`<${OutOfReach} request=${request} answer=${answer} scope=${scope} />` : null,
    };
  });
  return html`<${Options} legend=${t("decide.for")} options=${options} value=${decision.scope.value} off=${off} onChange=${(/** @type {Scope} */ scope) => { decision.scope.value = scope; }} />`;
}

/** What scopes reach, kept while a new preview is on its way. @type {Map<string, import("../api.js").Schemas["ScopePreview"][]>} */
const lastScopes = new Map();

/** @param {Request} request @param {Scope} scope @param {import("../api.js").Schemas["ScopePreview"] | undefined} found */
function scopeDetail(request, scope, found) {
  if (scope === "computer") return html`<${Text} text=${computerName(request.computer)} />`;
  const n = found && t("scope.computers", { n: found.computers.count, count: counted(found.computers) });
  if (scope === "group") return html`<${Text} text=${request.group.name} />${n && ` · ${n}`}`;
  return n;
}

/** @param {{ request: Request, decision: Decision, off: boolean }} props */
function Covers({ request, decision, off }) {
  const conditions = request.defaults?.conditions ?? [];
  const options = conditions.map((one) => {
    const { condition, up_to: upTo, publisher } = one;
    const tooFar = upTo && WIDTH[decision.scope.value] > WIDTH[upTo];
    const reason = one.obstacle ? obstacleWords(one) : (tooFar ? t("covers.upTo", { scope: t(`scope.words.${upTo}`) }) : null);
    return condition === "file"
      ? { value: "file", title: t("covers.file"), detail: html`<span class="mono">${shortHash(request.subject.sha256 ?? "")}</span>`, end: t("covers.thisVersion"), reason }
      : { value: "publisher", title: t("covers.publisher"), detail: publisher && html`<${Text} text=${commonName(publisher.subject) ?? publisher.team_id ?? ""} />`, end: t("covers.allItSigns"), reason: reason && html`<${Text} text=${reason} />` };
  });
  if (options.length < 2) return null;
  return html`<${Options} legend=${t("decide.covers")} options=${options} value=${decision.condition.value} off=${off} onChange=${(/** @type {"file" | "publisher"} */ condition) => { decision.condition.value = condition; }} />`;
}

/** @param {{ decision: Decision, off: boolean }} props */
function UntilChoice({ decision, off }) {
  const first = useSignal(decision.until.value).value;
  const narrow = useNarrow();
  const until = decision.until.value;
  return html`
    <div class="until">
      <${Chips} legend=${t("decide.until")} value=${valueOf(until)} options=${chips(first, narrow)} off=${off} onChange=${(/** @type {string} */ value) => { decision.until.value = untilOf(value); }} />
      ${"date" in until && html`<${Field} label=${t("until.dateLabel")} hideLabel name="until" type="datetime-local" min=${localTime(Date.now())} value=${until.date} onInput=${(/** @type {string} */ date) => { if (date) decision.until.value = { date }; }} />`}
      ${mayBegin(until) && html`<${Later} load=${loadFirstUse} decision=${decision} off=${off} />`}
    </div>`;
}

/** @param {{ request: Request, decision: Decision }} props */
function MessageTo({ request, decision }) {
  const n = peopleOf(request, decision);
  const templates = request.defaults?.templates ?? [];
  return html`
    <div class="message">
      <${Field} label=${t("decide.message", { n })} name="message" rows=${2} maxlength="2000" placeholder=${t("decide.messageHint")} value=${decision.message.value} onInput=${(/** @type {string} */ text) => { decision.message.value = text; }} />
      ${templates.length > 0 && html`<details class="disclose"><summary>${t("decide.templates")}</summary><${Templates} templates=${templates} decision=${decision} /></details>`}
      <${Note} decision=${decision} />
    </div>`;
}

/** What only administrators see. @param {{ decision: Decision }} props */
const Note = ({ decision }) => html`<details class="disclose"><summary>${t("decide.note")}</summary><${Field} label=${t("decide.note")} hideLabel name="note" rows=${2} maxlength="2000" value=${decision.note.value} onInput=${(/** @type {string} */ text) => { decision.note.value = text; }} /></details>`;

/** @param {{ templates: import("../api.js").Schemas["MessageTemplate"][], decision: Decision }} props */
function Templates({ templates, decision }) {
  return html`<div class="chips">${templates.map((one) => html`<button key=${one.name} type="button" class=${`chip${decision.message.value === one.text ? " chip-on" : ""}`} onClick=${() => { decision.message.value = one.text; }}><${Text} text=${one.name} cut /></button>`)}</div>`;
}

/** @param {{ request: Request, decision: Decision }} props */
function Denial({ request, decision }) {
  const needed = request.defaults?.denial_needs_message ?? false;
  const n = peopleOf(request, decision);
  const templates = request.defaults?.templates ?? [];
  return html`
    <div class="decide">
      ${templates.length > 0 && html`<${Templates} templates=${templates} decision=${decision} />`}
      <${Field} label=${t("decide.message", { n })} hint=${needed ? t("deny.needsMessage") : undefined} name="message" rows=${3} maxlength="2000" takesFocus value=${decision.message.value} onInput=${(/** @type {string} */ text) => { decision.message.value = text; }} />
      ${request.matching.count > 0 && html`<${Check} checked=${decision.others.value} onChange=${(/** @type {boolean} */ on) => { decision.others.value = on; }}>${rich("deny.others", { n: request.matching.count, count: counted(request.matching) })}<//>`}
      <${Note} decision=${decision} />
    </div>`;
}
