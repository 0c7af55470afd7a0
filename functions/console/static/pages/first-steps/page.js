// `/first-steps`: from the set-up to the first approval. Each step is done when the server sees it done; the first that is not is open.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { computerName } from "../../format.js";
import { query, withQuery } from "../../router.js";
import { who } from "../../session.js";
import { Icon } from "../../components/icon.js";
import { Loaded } from "../../components/loaded.js";
import { Note } from "../../components/note.js";
import { PageHead } from "../../components/page-head.js";
import { useNarrow } from "../../components/narrow.js";
import { Approve } from "./approve.js";
import { Ask } from "./ask.js";
import { Colleague } from "./colleague.js";
import { Connect } from "./connect.js";
import { Group } from "./group.js";
import { Notify } from "./notify.js";
import { STEPS, doneOf, useSteps } from "./state.js";

export const styles = [import.meta.resolve("../../styles/fleet.css"), import.meta.resolve("./page.css")];

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Step} Step */

/** @type {Record<Step, any>} */
const OPEN = { organization: null, group: Group, notify: Notify, connect: Connect, ask: Ask, approve: Approve, colleague: Colleague };
/** The step that has to be done before another one can be. @type {Partial<Record<Step, Step>>} */
const AFTER = { notify: "group", connect: "group", ask: "connect", approve: "ask" };

export default function FirstSteps() {
  const state = useSteps();
  const narrow = useNarrow();
  const done = state.data && doneOf(state.data);
  const n = done ? STEPS.filter((step) => done[step]).length : 0;
  const left = STEPS.length - n;
  return html`
    <div class="steps-page">
      <${PageHead} title=${t(narrow ? "steps.short" : "steps.title")} end=${done && html`<span class="quiet">${t("steps.of", { done: n, all: STEPS.length })}</span>`}
        below=${!narrow && done && left > 0 && html`<p class="quiet">${t("steps.left", { n: left })}</p>`} />
      <${Loaded} resource=${state} rows=${7}>${(/** @type {State} */ present) => html`<${List} state=${present} done=${doneOf(present)} reload=${state.reload} />`}<//>
      <p class="quiet small steps-end">${t("steps.change")}</p>
    </div>`;
}

/** @param {{ state: State, done: Record<Step, boolean>, reload: () => Promise<void> }} props */
function List({ state, done, reload }) {
  const possible = (/** @type {Step} */ step) => !done[step] && done[AFTER[step] ?? "organization"];
  const asked = STEPS.find((step) => step === query.value.get("step") && possible(step));
  const present = asked ?? STEPS.find(possible) ?? null;
  return html`
    ${!present && html`<div class="steps-done"><${Note} kind="good" title=${t("steps.done")}>${t("steps.doneWords")} <a href="/requests">${t("nav.approvals")}</a><//></div>`}
    <ol class="steps">${STEPS.map((step, nth) => html`
      <li key=${step} class=${done[step] ? "step step-done" : step === present ? "step step-present" : "step"} aria-current=${step === present ? "step" : undefined}>
        <span class="step-mark">${done[step] ? html`<${Icon} name="check" label=${t("steps.isDone")} />` : nth + 1}</span>
        <div class="step-words">
          <h2>${possible(step) && step !== present ? html`<a href=${withQuery({ step })}>${t(`steps.${step}`)}</a>` : t(`steps.${step}`)}</h2>
          ${done[step] ? html`<p class="quiet small">${made(step, state)}</p>` : step !== present && html`<p class="quiet small">${t(`steps.${step}Words`)}</p>`}
          ${step === present && html`<${OPEN[step]} state=${state} reload=${reload} />`}
        </div>
      </li>`)}</ol>`;
}

/** What a step that is done has made. @param {Step} step @param {State} state */
function made(step, state) {
  switch (step) {
    case "organization": {
      const superAdmin = who.value?.permissions.some(({ permission }) => permission === "super-admin");
      return rich(superAdmin ? "steps.made.super" : "steps.made.organization", { organization: who.value?.administrator.organization.name });
    }
    case "group": return rich("steps.made.group", { group: state.group?.name });
    case "notify": return rich("steps.made.notify", { addresses: state.policy?.notify.addresses?.join(", "), version: state.version });
    case "connect": return html`<a href=${`/computers/${state.computer?.id}`}>${rich("steps.made.connect", { computer: state.computer && computerName(state.computer) })}</a>`;
    case "ask": return html`<a href=${`/requests/${state.request?.id}`}>${rich("steps.made.ask", { computer: state.request && computerName(state.request.computer) })}</a>`;
    case "approve": return t("steps.made.approve");
    default: return rich("steps.made.colleague", { name: state.colleague?.name });
  }
}
