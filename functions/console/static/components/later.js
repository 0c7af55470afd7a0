// A component that is loaded when it is first shown, so that a page does not wait for what few of its readers open.

import { html, useEffect, useSignal } from "../ui.js";
import { loadTexts } from "../i18n.js";
import { ProblemNote } from "./problem.js";

/** @type {Map<unknown, any>} */
const loaded = new Map();
/** When what will be needed soon is loaded: after what the page shows first. */
const SOON = 1500;

/**
 * Loads a component of a module with the texts that it needs.
 * @param {() => Promise<any>} module @param {string} name @param {...string} texts
 */
export const partOf = (module, name, ...texts) => async () => (await Promise.all([module(), ...texts.map(loadTexts)]))[0][name];

/** From then on it is shown at once. @param {() => Promise<any>} load */
export async function prepare(load) {
  if (!loaded.has(load)) loaded.set(load, await load());
}

/** Prepares what a next press will show, so that it does not have to wait. @param {...(() => Promise<any>)} loads */
export function useSoon(...loads) {
  useEffect(() => {
    // What fails is loaded when it is needed, and then says why it cannot be shown.
    const timer = setTimeout(() => loads.forEach((load) => prepare(load).catch(() => undefined)), SOON);
    return () => clearTimeout(timer);
  }, []);
}

/**
 * A component that comes in the place of another one is one of its own.
 * @param {{ load: () => Promise<any>, [property: string]: any }} props `load` must always be the same function; the others go to the component
 */
export const Later = (props) => html`<${Part} key=${props.load} ...${props} />`;

/** @param {{ load: () => Promise<any>, [property: string]: any }} props */
function Part({ load, ...props }) {
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
