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

export class List {
  /** @param {Record<string, string>} query */
  constructor(query) {
    this.query = query;
    this.rows = signal(/** @type {Row[] | null} */ (null));
    /** New ones, which are not shown yet. */
    this.fresh = signal(/** @type {Row[]} */ ([]));
    this.cursor = signal(/** @type {string | null} */ (null));
    this.problem = signal(/** @type {unknown} */ (null));
    this.loading = signal(false);
    this.readAt = signal(0);
    this.stop = new AbortController();
  }

  /** @param {string | null} from */
  async page(from) {
    for (let next = from, tries = 0; ; tries += 1) {
      const answer = await api.get("/v1/requests", { query: { ...this.query, cursor: next, limit: PAGE }, signal: this.stop.signal });
      next = answer.next_cursor ?? null;
      if (answer.items.length || !next || tries === TRIES) return { items: answer.items, next };
    }
  }

  /** @param {() => Promise<void>} work */
  async reading(work) {
    this.loading.value = true;
    try {
      await work();
      this.problem.value = null;
    } catch (caught) {
      if (!this.stop.signal.aborted) this.problem.value = caught;
    } finally {
      this.loading.value = false;
    }
  }

  load() {
    return this.reading(async () => {
      const { items, next } = await this.page(null);
      batch(() => {
        this.rows.value = items;
        this.fresh.value = [];
        this.cursor.value = next;
        this.readAt.value = Date.now();
      });
    });
  }

  more() {
    return this.reading(async () => {
      const { items, next } = await this.page(this.cursor.value);
      const known = new Set(this.rows.value?.map((row) => row.id));
      batch(() => {
        this.rows.value = [...(this.rows.value ?? []), ...items.filter((row) => !known.has(row.id))];
        this.cursor.value = next;
      });
    });
  }

  /** Reads on until everything that matches is shown, or as many as one decision should be about. */
  async rest() {
    while (this.cursor.value !== null && (this.rows.value?.length ?? 0) < AT_ONCE && this.problem.value === null) await this.more();
  }

  /** Reads the first page again. What is new goes to `fresh`; what is known is brought up to date; what has left goes. */
  async refresh() {
    if (this.loading.value || this.rows.value === null) return;
    const { items, next } = await this.page(null);
    const shown = this.rows.value;
    const known = new Set(shown.map((row) => row.id));
    const present = new Map(items.map((row) => [row.id, row]));
    // Only the first page was read again: what is shown beyond it stays as it is.
    const reach = next === null ? shown.length : Math.max(shown.findLastIndex((row) => present.has(row.id)), 0);
    batch(() => {
      this.rows.value = shown.flatMap((row, nth) => present.get(row.id) ?? (nth <= reach ? [] : [row]));
      this.fresh.value = items.filter((row) => !known.has(row.id));
      if (shown.length <= PAGE) this.cursor.value = next;
      this.readAt.value = Date.now();
      this.problem.value = null;
    });
  }

  /** Shows the new ones, where the order puts them. */
  showFresh() {
    const all = [...(this.rows.value ?? []), ...this.fresh.value];
    const way = this.query.order === "oldest" ? 1 : -1;
    all.sort((one, other) => way * one.created_at.localeCompare(other.created_at));
    batch(() => {
      this.rows.value = all;
      this.fresh.value = [];
    });
  }

  /** Takes rows out that were decided here, once the server has said so. @param {string[]} ids */
  without(ids) {
    this.rows.value = this.rows.value?.filter((row) => !ids.includes(row.id)) ?? null;
  }
}

/** @param {Record<string, string>} query @returns {List} */
export function useList(query) {
  const key = JSON.stringify(query);
  const list = useMemo(() => new List(query), [key]);
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
