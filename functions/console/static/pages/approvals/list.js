// The rows of the Approval Center: pages by cursor, refreshed while the page is visible. New ones do not push what is being
// read: they wait behind a bar until the reader is at the top or asks for them.

import { batch, computed, signal, useEffect, useMemo } from "../../ui.js";
import { PAGE as LARGEST } from "../../everything.js";
import { api, Problem } from "../../api.js";
import { decided } from "../../request/queue.js";
import { useRepeated } from "../../resource.js";
import { who } from "../../session.js";

/** @typedef {import("../../api.js").Schemas["RequestRow"]} Row */

const PAGE = 50;
/** How many of the largest pages are read again at once. */
const PAGES_AGAIN = 3;
/** The most that are selected at once. */
export const AT_ONCE = 500;
const EVERY = 5000;
/** A page may be empty although more follow: continue with the next one, a few times. */
const TRIES = 6;

export class List {
  /** @param {Record<string, string>} query */
  constructor(query) {
    this.query = query;
    /** The pages that were read, without a gap. */
    this.read = signal(/** @type {Row[] | null} */ (null));
    /** New ones that are shown although pages before them were not read. */
    this.ahead = signal(/** @type {Row[]} */ ([]));
    this.rows = computed(() => this.read.value && [...this.read.value, ...this.ahead.value].sort(this.inOrder));
    /** New ones, which are not shown yet. */
    this.fresh = signal(/** @type {Row[]} */ ([]));
    /** The newest ones when the list was first read, shown or not, and the id that they begin after: what is not among them is new. */
    this.before = { ids: new Set(/** @type {string[]} */ ([])), after: "" };
    this.cursor = signal(/** @type {string | null} */ (null));
    this.problem = signal(/** @type {unknown} */ (null));
    this.loading = signal(false);
    this.readAt = signal(0);
    this.stop = new AbortController();
    /** How far the reader had scrolled. */
    this.top = 0;
    /** How high its rows were. @type {import("../../components/near.js").Measured} */
    this.measured = { heights: [], width: 0 };
  }

  /** As the server has them: ids begin with the time. @param {Row} one @param {Row} other */
  inOrder = (one, other) => ((one.id < other.id) === (this.query.order === "oldest") ? -1 : 1);

  /** @param {string | null} from @param {{ limit?: number, order?: string }} [how] */
  async page(from, how) {
    for (let next = from, tries = 0; ; tries += 1) {
      const answer = await api.get("/v1/requests", { query: { ...this.query, limit: PAGE, ...how, cursor: next }, signal: this.stop.signal });
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
        this.read.value = items;
        this.ahead.value = [];
        this.fresh.value = [];
        this.cursor.value = next;
        this.readAt.value = Date.now();
      });
      const newest = next !== null && this.query.order === "oldest" ? await this.newest() : items;
      const ids = newest.map((row) => row.id).sort();
      this.before = { ids: new Set(ids), after: next === null ? "" : ids[0] ?? "" };
    });
  }

  /** Those that an order from the oldest on has on its last pages. */
  async newest() {
    return (await this.page(null, { order: "newest" })).items;
  }

  /** Whether it came after the list was first read. @param {Row} row */
  isNew = ({ id }) => id > this.before.after && !this.before.ids.has(id);

  more() {
    return this.reading(async () => {
      const { items, next } = await this.page(this.cursor.value);
      batch(() => {
        this.keep([...(this.read.value ?? []), ...items]);
        this.cursor.value = next;
      });
    });
  }

  /** Reads on until everything that matches is shown, or as many as one decision should be about. */
  async rest() {
    while (this.cursor.value !== null && (this.rows.value?.length ?? 0) < AT_ONCE && this.problem.value === null) await this.more();
  }

  /** Shows these pages. What is among them is neither ahead of them nor waits any more. @param {Row[]} read */
  keep(read) {
    const rows = new Map(read.map((row) => [row.id, row]));
    const isOther = (/** @type {Row} */ row) => !rows.has(row.id);
    this.read.value = [...rows.values()];
    this.ahead.value = this.ahead.value.filter(isOther);
    this.fresh.value = this.fresh.value.filter(isOther);
  }

  /** Reads what is shown again. What is new goes to `fresh`; what is known is brought up to date; what has left goes. */
  async refresh() {
    const before = this.read.value;
    const ahead = this.ahead.value;
    if (this.loading.value || before === null) return;
    const { items, next } = await this.again(before.length);
    const newest = next !== null && this.query.order === "oldest" ? await this.newest() : [];
    // What is shown is not the same any more: the next one is about that.
    if (this.loading.value || this.read.value !== before || this.ahead.value !== ahead) return;
    const known = new Set([...before, ...ahead].map((row) => row.id));
    const present = new Set(items.map((row) => row.id));
    const reach = items.findLastIndex((row) => known.has(row.id));
    const last = items.at(-1);
    // What follows the pages that were read again stays as it is.
    const beyond = next !== null && last ? before.filter((row) => this.inOrder(last, row) < 0 && row.id !== last.id) : [];
    const isFresh = (/** @type {Row} */ row, /** @type {number} */ nth) => !known.has(row.id) && (nth < reach || this.isNew(row));
    const fresh = new Map([...items.filter(isFresh), ...newest.filter((row) => !known.has(row.id) && !present.has(row.id) && this.isNew(row))].map((row) => [row.id, row]));
    batch(() => {
      this.ahead.value = stillThere(ahead, newest);
      this.keep([...items.filter((row) => !fresh.has(row.id)), ...beyond]);
      this.fresh.value = [...fresh.values()];
      if (!beyond.length) this.cursor.value = next;
      this.readAt.value = Date.now();
      this.problem.value = null;
    });
  }

  /** As many of the first ones as before. @param {number} least */
  async again(least) {
    const limit = Math.min(Math.max(least, PAGE), LARGEST);
    let { items, next } = await this.page(null, { limit });
    for (let nth = 1; nth < PAGES_AGAIN && next !== null && items.length < least; nth += 1) {
      const page = await this.page(next, { limit });
      items = [...items, ...page.items];
      next = page.next;
    }
    return { items, next };
  }

  /** Shows the new ones, where the order puts them. */
  showFresh() {
    batch(() => {
      this.ahead.value = [...this.ahead.value, ...this.fresh.value];
      this.fresh.value = [];
    });
  }

  /** Goes on where it was. */
  comeBack() {
    this.loading.value = false;
    if (this.query.status === "pending") this.without([...decided]);
    this.refresh().catch(() => undefined);
  }

  /** Takes rows out that were decided here, once the server has said so. @param {string[]} ids */
  without(ids) {
    const stays = (/** @type {Row} */ row) => !ids.includes(row.id);
    batch(() => {
      this.read.value = this.read.value?.filter(stays) ?? null;
      this.ahead.value = this.ahead.value.filter(stays);
    });
  }
}

/** Those of some rows that the newest ones of the server have, as they are now, and those that are older than all of these. @param {Row[]} rows @param {Row[]} newest */
function stillThere(rows, newest) {
  const present = new Map(newest.map((row) => [row.id, row]));
  const oldest = newest.at(-1)?.id ?? "";
  return rows.flatMap((row) => present.get(row.id) ?? (row.id < oldest ? [row] : []));
}

/** What was shown last, so that going back from a request finds it as it was. @type {{ key: string, list: List } | null} */
let last = null;

/** @param {Record<string, string>} query @returns {List} */
export function useList(query) {
  const key = JSON.stringify([who.value?.administrator.id, query]);
  const list = useMemo(() => (last?.key === key ? last.list : new List(query)), [key]);
  useEffect(() => {
    last = { key, list };
    list.stop = new AbortController();
    if (list.read.peek() === null) list.load();
    else list.comeBack();
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
