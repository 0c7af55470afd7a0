// The requests that wait, in the order of the list that the reader came from: "1 of 23", and which one is next.

import { api } from "../api.js";
import { may } from "../may.js";
import { organizationOf } from "../places.js";
import { who } from "../session.js";
import { signal, useEffect } from "../ui.js";
import { partOf } from "../components/later.js";
import { pending } from "../shell/pending.js";

const PAGE = 50;

/** The address of the list, with its filters, as it was shown last. */
export const list = { address: "/requests" };

/** @typedef {import("./early.js").Row} Row */

/** Its rows, and to whom they were shown. */
let shown = { to: who.peek()?.administrator.id, rows: /** @type {Row[]} */ ([]) };

/** @param {Row[]} rows */
export function keepRows(rows) {
  shown = { to: who.peek()?.administrator.id, rows };
}

/** What the list said of a request. @param {string} id */
export const rowOf = (id) => (shown.to === who.peek()?.administrator.id ? shown.rows.find((row) => row.id === id) : undefined);

/** What is shown of a request until it is read: the list prepares it. */
export const loadEarly = partOf(() => import("../pages/request/early.js"), "Early", "request", "decision");

/** Those that were decided here. */
export const decided = /** @type {Set<string>} */ (new Set());

/** Their ids, oldest first unless the list had another order. */
export const queue = signal(/** @type {string[]} */ ([]));

/** Reads what waits if no list was shown before, as after a direct link. */
export function useQueue() {
  useEffect(() => {
    // Without it there is no "next", and everything else works.
    if (!queue.peek().length) read().catch(() => undefined);
  }, []);
}

async function read() {
  const organization = organizationOf();
  if (!(await may("requests.list", organization))) return;
  const of = { organization_id: organization };
  const [{ items }, { total }] = await Promise.all([
    api.get("/v1/requests", { query: { ...of, status: "pending", order: "oldest", limit: PAGE } }),
    api.get("/v1/requests/counts", { query: { ...of, limit: 1 } }),
  ]);
  queue.value = items.filter((row) => row.can_open).map((row) => row.id);
  pending.value = total;
}

/** Takes decided ones out, once the server has said so. @param {string[]} ids */
export function leave(ids) {
  for (const id of ids) decided.add(id);
  queue.value = queue.value.filter((id) => !ids.includes(id));
  pending.value = Math.max(0, pending.value - ids.length);
}

/** Where a request is among those that wait. @param {string} id */
export function placeOf(id) {
  const at = queue.value.indexOf(id);
  const all = Math.max(pending.value, queue.value.length);
  return { at, all, previous: at > 0 ? queue.value[at - 1] : null, following: at >= 0 ? queue.value[at + 1] ?? null : null };
}

/**
 * The one to go on with after this one: what follows it, or else the first one.
 * @param {string} id @param {string | null} remembered what followed it while it was still waiting
 */
export function nextOf(id, remembered) {
  const others = queue.value.filter((one) => one !== id);
  const next = remembered && others.includes(remembered) ? remembered : others[0];
  return next ? { id: next, left: Math.max(others.length, queue.value.includes(id) ? pending.value - 1 : pending.value) } : null;
}
