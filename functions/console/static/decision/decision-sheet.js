// The decision on a phone: a sheet at the bottom.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { Later, useSoon } from "../components/later.js";
import { Sheet } from "../components/sheet.js";
import { useNoTabs } from "../shell/phone-tabs.js";
import { Buttons } from "./buttons.js";
import { Summary, canDecide, fold, loadChoices, loadGives, loadOutcome, loadOutcomeButtons, nothing, unfold, unfolded } from "./decision.js";
import { StateNotes } from "./states.js";

/** @typedef {import("./decision.js").Props} Props */

/** @param {Props} props */
export function DecisionSheet({ request, decision, reload, next }) {
  useNoTabs(true);
  useSoon(loadChoices, loadGives, loadOutcome, loadOutcomeButtons);
  const deciding = canDecide(request, decision);
  const open = deciding && unfolded();
  const notes = html`<${StateNotes} request=${request} decision=${decision} />`;
  if (!deciding) {
    return html`<${Sheet} title=${t("decide.title")} open=${false} onOpen=${() => undefined} onFold=${fold} folded=${html`${notes}<${Later} load=${loadOutcome} request=${request} decision=${decision} />`} foot=${html`<${Later} load=${loadOutcomeButtons} request=${request} decision=${decision} reload=${reload} next=${next} />`} />`;
  }
  const buttons = html`<${Buttons} request=${request} decision=${decision} />`;
  const denying = decision.denying.value;
  const folded = html`${notes}${denying ? html`<${Later} load=${loadChoices} request=${request} decision=${decision} />` : !nothing(request) && html`<${Summary} request=${request} decision=${decision} />`}`;
  const foot = open && !denying ? html`<div class="decide-foot"><${Later} load=${loadGives} request=${request} decision=${decision} />${buttons}</div>` : buttons;
  return html`
    <${Sheet} title=${t("decide.title")} open=${open} onOpen=${unfold} onFold=${fold} folded=${folded} foot=${foot}>
      <div class="decide">${notes}<${Later} load=${loadChoices} request=${request} decision=${decision} /></div>
    <//>`;
}
