// One change sent to the server: whether it is under way, and what went wrong, which stands where the button is.

import { html, useSignal } from "./ui.js";
import { t } from "./i18n.js";
import { Problem } from "./api.js";
import { Button } from "./components/button.js";
import { ProblemNote } from "./components/problem.js";

/**
 * @param {{ names?: Record<string, string>, reload?: () => unknown }} [about] `names`: of organizations, by their id; `reload`: reads again
 * what somebody else has changed, and says what went wrong
 */
export function useSending({ names, reload } = {}) {
  const busy = useSignal(false);
  const caught = useSignal(/** @type {unknown} */ (null));
  /** Returns whether the server has done it. @param {() => Promise<unknown>} work */
  const send = async (work) => {
    if (busy.peek()) return false;
    busy.value = true;
    caught.value = null;
    try {
      await work();
      return true;
    } catch (problem) {
      caught.value = problem;
      return false;
    } finally {
      busy.value = false;
    }
  };
  const again = () => send(async () => {
    const failed = await reload?.();
    if (failed instanceof Error) throw failed;
  });
  const changed = caught.value instanceof Problem && caught.value.status === 412 && reload;
  const action = changed ? html`<${Button} size="small" onClick=${again}>${t("problem.readAgain")}<//>` : undefined;
  const problem = caught.value === null ? null : html`<${ProblemNote} problem=${caught.value} names=${names} action=${action} takesFocus />`;
  return { busy: busy.value, caught: caught.value, problem, send };
}
