// Which permissions the reader cannot give: the server is asked by a dry run, which names one at a time.

import { signal, useEffect, useMemo } from "../ui.js";
import { Problem } from "../api.js";

/** @typedef {(ids: string[], signal: AbortSignal) => Promise<unknown>} Try gives some permissions, only to see if it is allowed */

export class Givable {
  /** @param {Try} attempt */
  constructor(attempt) {
    this.attempt = attempt;
    /** Why not, by permission. @type {import("@preact/signals").Signal<Map<string, Problem>>} */
    this.refused = signal(new Map());
    /** @type {Set<string>} */
    this.asked = new Set();
    this.left = new AbortController();
  }

  /** Asks about those that were not asked about yet. @param {string[]} ids */
  async ask(ids) {
    const fresh = ids.filter((id) => !this.asked.has(id));
    if (!fresh.length) return;
    for (const id of fresh) this.asked.add(id);
    const found = await this.split(fresh);
    if (found.size) this.refused.value = new Map([...this.refused.value, ...found]);
  }

  /** @param {string[]} ids @returns {Promise<Map<string, Problem>>} */
  async split(ids) {
    /** @type {Map<string, Problem>} */
    const found = new Map();
    let rest = ids;
    while (rest.length) {
      const problem = await this.refusal(rest);
      if (!problem) return found;
      const named = rest.filter((id) => problem.missing.some((set) => set.some(({ permission }) => permission === id)));
      // What it names is not among these, as for a form of Super Admin: each half is asked about by itself.
      if (!named.length && rest.length > 1) {
        const middle = Math.ceil(rest.length / 2);
        const halves = await Promise.all([this.split(rest.slice(0, middle)), this.split(rest.slice(middle))]);
        return new Map([...found, ...halves[0], ...halves[1]]);
      }
      const those = named.length ? named : rest;
      for (const id of those) found.set(id, problem);
      rest = rest.filter((id) => !those.includes(id));
    }
    return found;
  }

  /** @param {string[]} ids @returns {Promise<Problem | null>} */
  async refusal(ids) {
    try {
      await this.attempt(ids, this.left.signal);
      return null;
    } catch (caught) {
      // Anything else than a refusal says nothing about the permission: saving will tell.
      return caught instanceof Problem && (caught.status === 403 || caught.status === 422) ? caught : null;
    }
  }
}

/** @param {Try} attempt @param {unknown[]} keys */
export function useGivable(attempt, keys) {
  const givable = useMemo(() => new Givable(attempt), keys);
  useEffect(() => () => givable.left.abort(), [givable]);
  return givable;
}
