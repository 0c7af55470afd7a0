// What the three places of the decision share: the bottom sheet on a phone, the panel beside the list, the column of the request's page.
// Its parts are always in the same order.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { query, setQuery } from "../router.js";
import { Button } from "../components/button.js";
import { partOf } from "../components/later.js";
import { untilWords } from "./until.js";

/** @typedef {import("./model.js").Decision} Model */
/** @typedef {import("./model.js").Request} Request */
/** @typedef {{ request: Request, decision: Model, reload: () => Promise<void>, next: { href: string, left: number } | null }} Props */

/** What few need who decide as the line says: they are loaded after what is shown first. */
export const loadChoices = partOf(() => import("./choices.js"), "Choices");
export const loadGives = partOf(() => import("./gives.js"), "Gives");
/** What stands there afterwards. */
export const loadOutcome = partOf(() => import("./outcome.js"), "Outcome");
export const loadOutcomeButtons = partOf(() => import("./outcome.js"), "OutcomeButtons");

/** Whether the choices are shown: part of the address, so Back folds them. */
export const unfolded = () => query.value.has("decide");
let unfoldedAt = "";

export function unfold() {
  setQuery({ decide: "1" });
  unfoldedAt = location.href;
}

/** Whether the reader has unfolded them, instead of the address. */
export const justUnfolded = () => unfoldedAt === location.href;

/** Takes back the step of unfolding, so that Back does not have to be pressed twice. */
export function fold() {
  if (justUnfolded()) history.back();
  else setQuery({ decide: null }, { replace: true });
  unfoldedAt = "";
}

/** Whether a decision can be made now, or only be read. @param {Request} request @param {Model} decision */
export function canDecide(request, decision) {
  if (request.status === "pending") return true;
  return decision.reopened.value;
}

/** One line: what Approve will do. @param {{ request: Request, decision: Model, keys?: boolean }} props */
export function Summary({ request, decision, keys }) {
  const covers = request.kind === "storage" ? t("covers.words.device") : t(`covers.words.${decision.condition.value}`);
  return html`
    <div class="summary">
      <span><span class="quiet">${t("summary.for")}</span> <b>${t(`scope.words.${decision.scope.value}`)}</b> <span class="quiet">·</span> <b>${covers}</b> <span class="quiet">·</span> <b>${untilWords(decision.until.value, decision.within.value)}</b></span>
      <${Button} kind="bare" size="small" end=${keys ? undefined : "up"} keyHint=${keys ? "E" : undefined} expanded=${false} off=${decision.busy.value} onClick=${unfold}>${t("decide.change")}<//>
    </div>`;
}

/** Nothing can be decided by the reader. @param {Request} request */
export const nothing = (request) => !request.actions.some(({ allowed }) => allowed);
