// What somebody has typed is lost only when they say so.

import { useEffect } from "./ui.js";
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
