// A list in pages by cursor: what was read so far, and reading on. A page may be short or empty although more follow.

import { useResource } from "./resource.js";
import { who } from "./session.js";
import { useEffect, useSignal } from "./ui.js";

/** How many empty pages are passed over at once. */
const TRIES = 6;
/** How many pages are read again at once, and how many rows they have at least. */
const MOST = 10;
const LONG = 500;

/** @template T @typedef {{ items: T[], cursor: string | null, looked: number }} Shown `looked`: at how many the server looked, where it says so */
/** @template T @typedef {(cursor: string | null, signal?: AbortSignal) => Promise<{ items: T[], next_cursor?: string | null, looked_at?: number | null }>} Read */
/**
 * @template T
 * @typedef {import("./resource.js").Resource<Shown<T>> & { more: () => void, busy: boolean, moreProblem: unknown, long: boolean }} Pages `long`: read
 * again, it would become shorter
 */

/** The list that was shown last of those that are kept. @type {{ name: string, shown: Shown<any> | null }} */
const kept = { name: "", shown: null };

/**
 * Read again, it is as long as it was.
 * @template T @param {Read<T>} read @param {unknown[]} keys
 * @param {{ keep?: string }} [how] `keep`: its name; it is shown at once when its page is opened again, while it is read
 * @returns {Pages<T>}
 */
export function usePages(read, keys, { keep } = {}) {
  const name = [who.value?.administrator.id, keep, ...keys].join(" ");
  const busy = useSignal(false);
  const problem = useSignal(/** @type {unknown} */ (null));
  /** @type {Shown<T> | null} */
  let shown = null;
  const resource = useResource((signal) => asLong(read, shown?.items.length ?? 0, signal), keys);
  shown = resource.data ?? (keep && kept.name === name ? kept.shown : null);
  useEffect(() => {
    if (keep && resource.data) Object.assign(kept, { name, shown: resource.data });
  }, [resource.data]);
  const more = async () => {
    if (!shown?.cursor || busy.value || resource.loading) return;
    busy.value = true;
    try {
      resource.set(joined(shown, await from(read, shown.cursor)));
      problem.value = null;
    } catch (caught) {
      problem.value = caught;
    } finally {
      busy.value = false;
    }
  };
  return { ...resource, data: shown, more, busy: busy.value, moreProblem: problem.value, long: (shown?.items.length ?? 0) > LONG };
}

/** The next page that has something. @template T @param {Read<T>} read @param {string | null} cursor @param {AbortSignal} [signal] @returns {Promise<Shown<T>>} */
async function from(read, cursor, signal) {
  let looked = 0;
  for (let tries = 0; ; tries += 1) {
    const page = await read(cursor, signal);
    cursor = page.next_cursor ?? null;
    looked += page.looked_at ?? 0;
    if (page.items.length || !cursor || tries === TRIES) return { items: page.items, cursor, looked };
  }
}

/** The first pages, until there are as many as before. @template T @param {Read<T>} read @param {number} least @param {AbortSignal} signal @returns {Promise<Shown<T>>} */
async function asLong(read, least, signal) {
  let all = await from(read, null, signal);
  for (let nth = 1; nth < MOST && all.cursor && all.items.length < least; nth += 1) {
    all = joined(all, await from(read, all.cursor, signal));
  }
  return all;
}

/** @template T @param {Shown<T>} so @param {Shown<T>} more @returns {Shown<T>} */
const joined = (so, { items, cursor, looked }) => ({ items: [...so.items, ...items], cursor, looked: so.looked + looked });
