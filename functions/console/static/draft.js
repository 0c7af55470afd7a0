// Values of a form that differ from what the server has until they are saved. Leaving the page with such changes asks once.

import { useSignal } from "./ui.js";
import { useUnsaved } from "./unsaved.js";

/** The parts of a form that are not as they were. @template {Record<string, any>} T @param {T} before @param {T} now @returns {Partial<T>} */
const since = (before, now) => /** @type {Partial<T>} */ (Object.fromEntries(Object.entries(now).filter(([part, value]) => JSON.stringify(value) !== JSON.stringify(before[part]))));

/**
 * @template {Record<string, any>} T
 * @param {T} saved what the server has, as the form shows it: once that is something else, the form begins anew, with what was typed since
 * `sends` was called
 * @param {string} id of what is edited
 */
export function useDraft(saved, id) {
  const revision = `${id} ${JSON.stringify(saved)}`;
  const draft = useSignal({ id, of: revision, values: saved, sent: /** @type {T | null} */ (null) });
  const present = (/** @type {typeof draft.value} */ held) => {
    if (held.of === revision) return held;
    const typed = held.sent && held.id === id ? since(held.sent, held.values) : {};
    return { id, of: revision, values: { ...saved, ...typed }, sent: null };
  };
  const { values } = present(draft.value);
  const dirty = JSON.stringify(values) !== JSON.stringify(saved);
  useUnsaved(dirty);
  const set = (/** @type {Partial<T>} */ part) => {
    const held = present(draft.peek());
    draft.value = { ...held, values: { ...held.values, ...part } };
  };
  const discard = () => {
    draft.value = { id, of: revision, values: saved, sent: null };
  };
  /** To be called when the values are sent to the server. */
  const sends = () => {
    draft.value = { ...present(draft.peek()), sent: values };
  };
  return { values, dirty, set, discard, sends };
}
