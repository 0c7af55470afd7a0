// A list that is read page by page. A page may be short or empty although more follow.

import { batch, signal, useEffect, useMemo } from "../ui.js";

/** How many empty pages are read on before the reader is asked. */
const TRIES = 6;

/** @template T @typedef {(cursor: string | null, signal: AbortSignal) => Promise<{ items: T[], next_cursor: string | null }>} Read */

/** @template T */
export class Pages {
  /** @param {Read<T>} read */
  constructor(read) {
    this.read = read;
    this.items = signal(/** @type {T[] | null} */ (null));
    this.cursor = signal(/** @type {string | null} */ (null));
    this.problem = signal(/** @type {unknown} */ (null));
    this.loading = signal(false);
    this.left = new AbortController();
  }

  /** @param {string | null} from @param {T[]} before */
  async from(from, before) {
    this.loading.value = true;
    try {
      let next = from;
      /** @type {T[]} */
      let items = [];
      for (let tries = 0; tries < TRIES; tries += 1) {
        const answer = await this.read(next, this.left.signal);
        items = answer.items;
        next = answer.next_cursor;
        if (items.length || !next) break;
      }
      batch(() => {
        this.items.value = [...before, ...items];
        this.cursor.value = next;
        this.problem.value = null;
      });
    } catch (caught) {
      if (!this.left.signal.aborted) this.problem.value = caught;
    } finally {
      this.loading.value = false;
    }
  }

  load() {
    return this.from(null, []);
  }

  more() {
    return this.from(this.cursor.value, this.items.value ?? []);
  }
}

/** Lists that stay over a change of the page, by name. @type {Map<string, Pages<any>>} */
const kept = new Map();

/**
 * @template T @param {Read<T>} read @param {string} name the list and its filters
 * @param {{ keep?: boolean }} [how] `keep`: it is shown at once the next time, while it is read again
 * @returns {Pages<T>}
 */
export function usePages(read, name, { keep = false } = {}) {
  const pages = useMemo(() => {
    const known = keep ? kept.get(name) : undefined;
    const list = new Pages(read);
    if (known) {
      list.items.value = known.items.value;
      list.cursor.value = known.cursor.value;
    }
    return list;
  }, [name]);
  useEffect(() => {
    if (keep) {
      kept.clear();
      kept.set(name, pages);
    }
    // What was read further than its first page stays.
    if (pages.cursor.peek() === null || pages.items.peek() === null) pages.load();
    return () => pages.left.abort();
  }, [pages]);
  return pages;
}
