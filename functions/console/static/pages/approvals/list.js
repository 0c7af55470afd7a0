// The rows of the Approval Center: pages by cursor, refreshed while the page is visible. New ones do not push what is being
// read: they wait behind a bar until the reader is at the top or asks for them.

import { batch, signal, useEffect, useMemo } from "../../ui.js";
import { api, Problem } from "../../api.js";
import { useRepeated } from "../../resource.js";

/** @typedef {import("../../api.js").Schemas["RequestRow"]} Row */

const PAGE = 50;
/** The most that are selected at once. */
const AT_ONCE = 500;
const EVERY = 5000;
/** A page may be empty although more follow: continue with the next one, a few times. */
const TRIES = 6;

/** @param {Record<string, string>} query */
function makeList(query) {
  const rows = signal(/** @type {Row[] | null} */ (null));
  const fresh = signal(/** @type {Row[]} */ ([]));
  const cursor = signal(/** @type {string | null} */ (null));
  const problem = signal(/** @type {unknown} */ (null));
  const loading = signal(false);
  const readAt = signal(0);
  const stop = new AbortController();

  /** @param {string | null} from */
  async function page(from) {
    for (let next = from, tries = 0; ; tries += 1) {
      const answer = await api.get("/v1/requests", { query: { ...query, cursor: next, limit: PAGE }, signal: stop.signal });
      next = answer.next_cursor ?? null;
      if (answer.items.length || !next || tries === TRIES) return { items: answer.items, next };
    }
  }

  /** @param {() => Promise<void>} work */
  async function reading(work) {
    loading.value = true;
    try {
      await work();
      problem.value = null;
    } catch (caught) {
      if (!stop.signal.aborted) problem.value = caught;
    } finally {
      loading.value = false;
    }
  }

  const load = () => reading(async () => {
    const { items, next } = await page(null);
    batch(() => {
      rows.value = items;
      fresh.value = [];
      cursor.value = next;
      readAt.value = Date.now();
    });
  });

  const more = () => reading(async () => {
    const { items, next } = await page(cursor.value);
    const known = new Set(rows.value?.map((row) => row.id));
    batch(() => {
      rows.value = [...(rows.value ?? []), ...items.filter((row) => !known.has(row.id))];
      cursor.value = next;
    });
  });

  /** Reads on until everything that matches is shown, or as many as one decision should be about. */
  async function rest() {
    while (cursor.value !== null && (rows.value?.length ?? 0) < AT_ONCE && problem.value === null) await more();
  }

  /** Reads the first page again. What is new goes to `fresh`; what is known is brought up to date; what has left goes. */
  async function refresh() {
    if (loading.value || rows.value === null) return;
    const { items, next } = await page(null);
    const shown = rows.value;
    const known = new Set(shown.map((row) => row.id));
    const present = new Map(items.map((row) => [row.id, row]));
    // Only the first page was read again: what is shown beyond it stays as it is.
    const reach = next === null ? shown.length : Math.max(shown.findLastIndex((row) => present.has(row.id)), 0);
    batch(() => {
      rows.value = shown.flatMap((row, nth) => present.get(row.id) ?? (nth <= reach ? [] : [row]));
      fresh.value = items.filter((row) => !known.has(row.id));
      if (shown.length <= PAGE) cursor.value = next;
      readAt.value = Date.now();
      problem.value = null;
    });
  }

  /** Shows the new ones, where the order puts them. */
  function showFresh() {
    const all = [...(rows.value ?? []), ...fresh.value];
    const way = query.order === "oldest" ? 1 : -1;
    all.sort((one, other) => way * one.created_at.localeCompare(other.created_at));
    batch(() => {
      rows.value = all;
      fresh.value = [];
    });
  }

  /** Takes rows out that were decided here, once the server has said so. @param {string[]} ids */
  const without = (ids) => {
    rows.value = rows.value?.filter((row) => !ids.includes(row.id)) ?? null;
  };
  return { rows, fresh, cursor, problem, loading, readAt, load, more, rest, refresh, showFresh, without, stop };
}

/** @typedef {ReturnType<typeof makeList>} List */

/** @param {Record<string, string>} query @returns {List} */
export function useList(query) {
  const key = JSON.stringify(query);
  const list = useMemo(() => makeList(query), [key]);
  useEffect(() => {
    list.load();
    return () => list.stop.abort();
  }, [list]);
  useRepeated(async () => {
    try {
      await list.refresh();
    } catch (caught) {
      // A refresh that nobody asked for shows nothing but its age, unless the reader may not see the list any more.
      if (caught instanceof Problem && caught.status === 403) list.problem.value = caught;
    }
  }, EVERY);
  return list;
}
