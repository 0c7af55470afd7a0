// The decision on a desktop: at the foot of the panel beside the list, and in a column of the request's page.

import { html, useEffect, useRef } from "../ui.js";
import { t } from "../i18n.js";
import { useKeys } from "../keyboard.js";
import { Button } from "../components/button.js";
import { Icon } from "../components/icon.js";
import { Later, useSoon } from "../components/later.js";
import { Buttons } from "./buttons.js";
import { Summary, canDecide, fold, justUnfolded, loadChoices, loadGives, nothing, unfold, unfolded } from "./decision.js";
import { Outcome, OutcomeButtons } from "./outcome.js";
import { StateNotes } from "./states.js";

/** @typedef {import("./decision.js").Props} Props */

/** Beside the list: folded to one line until somebody changes a choice. @param {Props} props */
export function DecisionFoot({ request, decision, reload, next }) {
  const deciding = canDecide(request, decision);
  const open = unfolded() || decision.denying.value;
  useDecisionKeys(deciding, () => (unfolded() ? fold() : unfold()), backOf(decision) ?? (unfolded() ? fold : null));
  useSoon(loadChoices, loadGives);
  useFocusBack(unfolded());
  return html`
    <div class=${`decide-foot decide-panel${open ? " decide-panel-open" : ""}`}>
      <${StateNotes} request=${request} decision=${decision} />
      ${!deciding && html`<${Outcome} request=${request} decision=${decision} /><${OutcomeButtons} request=${request} decision=${decision} reload=${reload} next=${next} size="normal" />`}
      ${deciding && open && html`
        ${!decision.denying.value && html`<div class="row row-between"><h3 class="field-label">${t("decide.title")}</h3><${Button} kind="bare" size="small" icon="down" label=${t("sheet.fold")} onClick=${fold} /></div>`}
        <${Later} load=${loadChoices} request=${request} decision=${decision} takesFocus=${justUnfolded()} />
        <${Later} load=${loadGives} request=${request} decision=${decision} />`}
      ${deciding && !open && !nothing(request) && html`<${Summary} request=${request} decision=${decision} keys />`}
      ${deciding && html`<${Buttons} request=${request} decision=${decision} size="normal" keys />`}
    </div>`;
}

/** The keys that lead to the buttons: a second Enter sends; Escape goes one step back where there is one. @param {boolean} on @param {() => void} change @param {(() => void) | null} back */
function useDecisionKeys(on, change, back) {
  const focus = (/** @type {string} */ id) => () => document.getElementById(id)?.focus();
  useKeys(on ? { a: focus("approve"), d: focus("deny"), e: change, ...(back && { Escape: back }) } : {});
}

/** From the message of a denial back to the choices. @param {Props["decision"]} decision */
const backOf = (decision) => (decision.denying.value && !decision.busy.value ? () => decision.back() : null);

/** Where the choices fold, the focus goes back to the button that opens them. @param {boolean} open */
function useFocusBack(open) {
  const before = useRef(open);
  useEffect(() => {
    const next = document.querySelector(".summary button");
    if (before.current && !open && next instanceof HTMLElement) next.focus();
    before.current = open;
  }, [open]);
}

/** In a column of its own, always unfolded. @param {Props & { end?: any, below?: any }} props */
export function DecisionColumn({ request, decision, reload, next, end, below }) {
  const deciding = canDecide(request, decision);
  useDecisionKeys(deciding, () => /** @type {HTMLElement | null} */ (document.querySelector(".decide input:checked"))?.focus(), backOf(decision));
  return html`
    <section class="card card-strong" aria-labelledby="decide-title">
      <header class="card-head"><h2 id="decide-title">${t(deciding ? "decide.title" : "decide.decided")}</h2><div class="card-end">${end}</div></header>
      <div class="card-body decide-foot">
        <${StateNotes} request=${request} decision=${decision} />
        ${deciding && !nothing(request) && html`<${Later} load=${loadChoices} request=${request} decision=${decision} /><${Later} load=${loadGives} request=${request} decision=${decision} />`}
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
