// "Show more" below a list in pages.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { Button } from "./button.js";
import { ProblemNote } from "./problem.js";

/** @param {{ list: { data: { cursor: string | null } | null, busy: boolean, moreProblem: unknown, more: () => void } }} props */
export function ShowMore({ list }) {
  if (!list.data?.cursor) return null;
  return html`<div class="show-more">${list.moreProblem !== null && html`<${ProblemNote} problem=${list.moreProblem} />`}<${Button} busy=${list.busy} onClick=${list.more}>${t("list.more")}<//></div>`;
}
