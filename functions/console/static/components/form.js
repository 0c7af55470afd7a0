// A form: one submission at a time, and what went wrong above it takes the focus.

import { html, useSignal } from "../ui.js";
import { ProblemNote } from "./problem.js";
import { submitByKey } from "./send-key.js";

/**
 * @param {{ label?: string, onSubmit: () => Promise<unknown>, children: (state: { busy: boolean, problem: unknown }) => any,
 *   names?: Record<string, string>, onProblem?: (problem: unknown) => boolean }} props
 * `onProblem` returns whether it has shown the problem itself
 */
export function Form({ label, onSubmit, children, names, onProblem }) {
  const busy = useSignal(false);
  const problem = useSignal(/** @type {unknown} */ (null));
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    problem.value = null;
    try {
      await onSubmit();
    } catch (caught) {
      if (!onProblem?.(caught)) problem.value = caught;
    } finally {
      busy.value = false;
    }
  };
  return html`
    <form class="form" method="post" aria-label=${label} onSubmit=${submit} onKeyDown=${submitByKey}>
      ${problem.value !== null && html`<${ProblemNote} problem=${problem.value} names=${names} takesFocus />`}
      ${children({ busy: busy.value, problem: problem.value })}
    </form>`;
}
