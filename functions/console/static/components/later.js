// A component that is loaded when it is first shown, so that a page does not wait for what few of its readers open.

import { html, useEffect, useSignal } from "../ui.js";
import { ProblemNote } from "./problem.js";

/** @type {Map<unknown, any>} */
const loaded = new Map();

/** @param {{ load: () => Promise<any>, [property: string]: any }} props `load` must always be the same function; the others go to the component */
export function Later({ load, ...props }) {
  const component = useSignal(loaded.get(load));
  const problem = useSignal(/** @type {unknown} */ (null));
  useEffect(() => {
    if (component.value) return;
    load().then(
      (found) => {
        loaded.set(load, found);
        component.value = found;
      },
      (caught) => { problem.value = caught; },
    );
  }, []);
  if (problem.value !== null) return html`<${ProblemNote} problem=${problem.value} />`;
  return component.value ? html`<${component.value} ...${props} />` : null;
}
