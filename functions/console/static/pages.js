// A list in pages by cursor: what was read so far, and reading on. A page may be empty although more follow.

import { useResource } from "./resource.js";
import { useSignal } from "./ui.js";

/** How many empty pages are passed over at once. */
const TRIES = 6;

/**
 * @template T
 * @param {(cursor: string | null, signal?: AbortSignal) => Promise<{ items: T[], next_cursor?: string | null }>} read
 * @param {unknown[]} keys
 */
export function usePages(read, keys) {
  const busy = useSignal(false);
  const problem = useSignal(/** @type {unknown} */ (null));
  const from = async (/** @type {string | null} */ cursor, /** @type {AbortSignal} */ signal) => {
    for (let tries = 0; ; tries += 1) {
      const page = await read(cursor, signal);
      cursor = page.next_cursor ?? null;
      if (page.items.length || !cursor || tries === TRIES) return { items: page.items, cursor };
    }
  };
  const resource = useResource((signal) => from(null, signal), keys);
  const more = async () => {
    const shown = resource.data;
    if (!shown?.cursor || busy.value) return;
    busy.value = true;
    try {
      const { items, cursor } = await from(shown.cursor, new AbortController().signal);
      resource.set({ items: [...shown.items, ...items], cursor });
      problem.value = null;
    } catch (caught) {
      problem.value = caught;
    } finally {
      busy.value = false;
    }
  };
  return { ...resource, more, busy: busy.value, moreProblem: problem.value };
}
