// Values of a form that differ from what the server has until they are saved. Leaving the page with such changes asks once.

import { useEffect, useSignal } from "./ui.js";
import { unsaved } from "./router.js";

const changed = new Set();

/** Leaving the page asks once while one of its parts has changes that are not saved. @param {boolean} dirty */
export function useUnsaved(dirty) {
  useEffect(() => {
    const mine = {};
    if (dirty) changed.add(mine);
    unsaved.value = changed.size > 0;
    return () => {
      changed.delete(mine);
      unsaved.value = changed.size > 0;
    };
  }, [dirty]);
}

/**
 * @template {Record<string, any>} T
 * @param {T} saved what the server has, as the form shows it: once that is something else, the form begins anew
 * @param {string} id of what is edited
 */
export function useDraft(saved, id) {
  const revision = `${id} ${JSON.stringify(saved)}`;
  const draft = useSignal({ of: revision, values: saved });
  const values = draft.value.of === revision ? draft.value.values : saved;
  const dirty = JSON.stringify(values) !== JSON.stringify(saved);
  useUnsaved(dirty);
  const set = (/** @type {Partial<T>} */ part) => {
    const present = draft.peek().of === revision ? draft.peek().values : saved;
    draft.value = { of: revision, values: { ...present, ...part } };
  };
  const discard = () => {
    draft.value = { of: revision, values: saved };
  };
  return { values, dirty, set, discard };
}
