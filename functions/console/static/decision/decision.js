// The decision: one component in three places. In a bottom sheet on a phone, in the panel beside the list, in a column of the
// request's page. Its parts are always in the same order.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { useKeys } from "../keyboard.js";
import { query, setQuery } from "../router.js";
import { Button } from "../components/button.js";
import { Icon } from "../components/icon.js";
import { Sheet } from "../components/sheet.js";
import { useNoTabs } from "../shell/phone-tabs.js";
import { Buttons } from "./buttons.js";
import { Choices } from "./choices.js";
import { Gives } from "./gives.js";
import { Outcome, OutcomeButtons } from "./outcome.js";
import { StateNotes } from "./states.js";
import { untilWords } from "./until.js";

/** @typedef {import("./model.js").Decision} Model */
/** @typedef {import("./model.js").Request} Request */
/** @typedef {{ request: Request, decision: Model, reload: () => Promise<void>, next: { href: string, left: number } | null }} Props */

/** Whether the choices are shown: part of the address, so Back folds them. */
const unfolded = () => query.value.has("decide");
let unfoldedAt = "";

function unfold() {
  setQuery({ decide: "1" });
  unfoldedAt = location.href;
}

/** Takes back the step of unfolding, so that Back does not have to be pressed twice. */
function fold() {
  if (unfoldedAt === location.href) history.back();
  else setQuery({ decide: null }, { replace: true });
  unfoldedAt = "";
}

/** Whether a decision can be made now, or only be read. @param {Request} request @param {Model} decision */
export function canDecide(request, decision) {
  if (request.status === "pending") return true;
  return decision.reopened.value;
}

/** The keys that lead to the buttons: a second Enter sends. @param {boolean} on @param {() => void} change */
function useDecisionKeys(on, change) {
  const focus = (/** @type {string} */ id) => () => document.getElementById(id)?.focus();
  useKeys(on ? { a: focus("approve"), d: focus("deny"), e: change } : {});
}

/** One line: what Approve will do. @param {{ request: Request, decision: Model, keys?: boolean }} props */
function Summary({ request, decision, keys }) {
  const covers = request.kind === "storage" ? t("covers.words.device") : t(`covers.words.${decision.condition.value}`);
  return html`
    <div class="summary">
      <span><span class="quiet">${t("summary.for")}</span> <b>${t(`scope.words.${decision.scope.value}`)}</b> <span class="quiet">·</span> <b>${covers}</b> <span class="quiet">·</span> <b>${untilWords(decision.until.value)}</b></span>
      <${Button} kind="bare" size="small" end=${keys ? undefined : "up"} keyHint=${keys ? "E" : undefined} expanded=${false} off=${decision.busy.value} onClick=${unfold}>${t("decide.change")}<//>
    </div>`;
}

/** Nothing can be decided by the reader. @param {Request} request */
const nothing = (request) => !request.actions.some(({ allowed }) => allowed);

/** On a phone. @param {Props} props */
export function DecisionSheet({ request, decision, reload, next }) {
  useNoTabs(true);
  const deciding = canDecide(request, decision);
  const open = deciding && unfolded();
  const notes = html`<${StateNotes} request=${request} decision=${decision} />`;
  if (!deciding) {
    return html`<${Sheet} title=${t("decide.title")} open=${false} onOpen=${() => undefined} onFold=${fold} folded=${html`${notes}<${Outcome} request=${request} decision=${decision} />`} foot=${html`<${OutcomeButtons} request=${request} decision=${decision} reload=${reload} next=${next} />`} />`;
  }
  const buttons = html`<${Buttons} request=${request} decision=${decision} />`;
  const denying = decision.denying.value;
  const folded = html`${notes}${denying ? html`<${Choices} request=${request} decision=${decision} />` : !nothing(request) && html`<${Summary} request=${request} decision=${decision} />`}`;
  const foot = open && !denying ? html`<div class="decide-foot"><${Gives} request=${request} decision=${decision} />${buttons}</div>` : buttons;
  return html`
    <${Sheet} title=${t("decide.title")} open=${open} onOpen=${unfold} onFold=${fold} folded=${folded} foot=${foot}>
      <div class="decide">${notes}<${Choices} request=${request} decision=${decision} /></div>
    <//>`;
}

/** Beside the list: folded to one line until somebody changes a choice. @param {Props} props */
export function DecisionFoot({ request, decision, reload, next }) {
  const deciding = canDecide(request, decision);
  const open = unfolded() || decision.denying.value;
  useDecisionKeys(deciding, () => (unfolded() ? fold() : unfold()));
  return html`
    <div class=${`decide-foot decide-panel${open ? " decide-panel-open" : ""}`}>
      <${StateNotes} request=${request} decision=${decision} />
      ${!deciding && html`<${Outcome} request=${request} decision=${decision} /><${OutcomeButtons} request=${request} decision=${decision} reload=${reload} next=${next} size="normal" />`}
      ${deciding && open && html`
        ${!decision.denying.value && html`<div class="row row-between"><h3 class="field-label">${t("decide.title")}</h3><${Button} kind="bare" size="small" icon="down" label=${t("sheet.fold")} onClick=${fold} /></div>`}
        <${Choices} request=${request} decision=${decision} />
        <${Gives} request=${request} decision=${decision} />`}
      ${deciding && !open && !nothing(request) && html`<${Summary} request=${request} decision=${decision} keys />`}
      ${deciding && html`<${Buttons} request=${request} decision=${decision} size="normal" keys />`}
    </div>`;
}

/** In a column of its own, always unfolded. @param {Props & { end?: any, below?: any }} props */
export function DecisionColumn({ request, decision, reload, next, end, below }) {
  const deciding = canDecide(request, decision);
  useDecisionKeys(deciding, () => /** @type {HTMLElement | null} */ (document.querySelector(".decide input:checked"))?.focus());
  return html`
    <section class="card card-strong" aria-labelledby="decide-title">
      <header class="card-head"><h2 id="decide-title">${t(deciding ? "decide.title" : "decide.decided")}</h2><div class="card-end">${end}</div></header>
      <div class="card-body decide-foot">
        <${StateNotes} request=${request} decision=${decision} />
        ${deciding && !nothing(request) && html`<${Choices} request=${request} decision=${decision} /><${Gives} request=${request} decision=${decision} />`}
        ${deciding && html`<${Buttons} request=${request} decision=${decision} size="normal" keys />`}
        ${!deciding && html`<${Outcome} request=${request} decision=${decision} /><${OutcomeButtons} request=${request} decision=${decision} reload=${reload} next=${next} size="normal" />`}
        ${below}
      </div>
    </section>`;
}

/** A bare action below the buttons. @param {{ icon?: string, children: any, onClick: () => void, bad?: boolean, off?: any }} props */
export function Below({ icon, children, onClick, bad, off }) {
  return html`<button type="button" class=${`link link-plain${bad ? " link-bad" : ""}`} aria-disabled=${off ? "true" : undefined} title=${off || undefined} onClick=${() => (off ? undefined : onClick())}>${icon && html`<${Icon} name=${icon} small /> `}${children}</button>`;
}
