// Which of a page's dialogs is open. The answer that closes one may come late: when it was closed by hand, and another one is open.

import { useSignal } from "../ui.js";

/**
 * @template {{}} [T=true]
 * @param {T | null} _none says by its type what can be open
 * @returns {{ what: T | null, show: (what: T) => void, close: () => void }} `close` closes what was open when it was handed out, and nothing else
 */
export function useOpening(_none = null) {
  const open = useSignal(/** @type {{ what: T } | null} */ (null));
  const now = open.value;
  return {
    what: now && now.what,
    show: (what) => { open.value = { what }; },
    close: () => { if (open.peek() === now) open.value = null; },
  };
}
