// Reading from the server in a component: what was read, whether it is being read, and what went wrong.

import { Problem, lostSince, pushed, sessionEnded } from "./api.js";
import { effect, signal, useEffect, useMemo, useRef } from "./ui.js";

/**
 * @template T
 * @typedef {object} Resource
 * @property {T | null} data the last answer; it stays while it is read again
 * @property {unknown} problem why the last attempt failed; null if it did not
 * @property {boolean} loading
 * @property {number} readAt when `data` was read
 * @property {() => Promise<any>} reload resolves with what went wrong, if anything
 * @property {(data: T) => void} set
 */

/**
 * Reads when `keys` change; a newer read replaces an older one.
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} read
 * @param {unknown[]} keys
 * @returns {Resource<T>}
 */
export function useResource(read, keys) {
  const latest = useRef(read);
  latest.current = read;
  const state = useMemo(() => signal(/** @type {{ data: T | null, problem: unknown, loading: boolean, readAt: number }} */ (
    { data: null, problem: null, loading: true, readAt: 0 })), keys);
  const under = useRef(/** @type {AbortController | null} */ (null));

  async function reload() {
    under.current?.abort();
    const mine = new AbortController();
    under.current = mine;
    state.value = { ...state.peek(), loading: true };
    try {
      const data = await latest.current(mine.signal);
      if (!mine.signal.aborted) state.value = { data, problem: null, loading: false, readAt: Date.now() };
    } catch (problem) {
      if (mine.signal.aborted) return;
      state.value = { ...state.peek(), problem, loading: false };
      return problem;
    }
  }

  useEffect(() => {
    reload();
    return () => under.current?.abort();
  }, keys);
  const set = (/** @type {T} */ data) => {
    state.value = { data, problem: null, loading: false, readAt: Date.now() };
  };
  return { ...state.value, reload, set };
}

/**
 * Runs `work` again and again while the page is visible and the server answers; one run at a time.
 * @param {() => Promise<unknown>} work @param {number} milliseconds
 */
export function useRepeated(work, milliseconds) {
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => {
    let running = false;
    const run = async () => {
      if (running || sessionEnded.value || document.visibilityState !== "visible") return;
      running = true;
      try {
        await latest.current();
      } catch {
        // The next run tries again; the pages show the state of the connection themselves.
      } finally {
        running = false;
      }
    };
    const timer = setInterval(run, milliseconds);
    document.addEventListener("visibilitychange", run);
    let first = true;
    // Once the server answers again, and once a push message tells of something new.
    const again = effect(() => {
      const reachable = lostSince.value === null && !sessionEnded.value && pushed.value >= 0;
      if (reachable && !first) run();
      first = false;
    });
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", run);
      again();
    };
  }, [milliseconds]);
}

/**
 * Reads a resource again and again, but not one that was refused, and no list that would become shorter under its reader's eyes.
 * @param {{ problem: unknown, reload: () => Promise<void>, long?: boolean }} resource @param {number} milliseconds
 */
export function useReread(resource, milliseconds) {
  const refused = resource.problem instanceof Problem && [403, 404].includes(resource.problem.status);
  useRepeated(async () => {
    if (!refused && !resource.long) await resource.reload();
  }, milliseconds);
}

/** A clock for relative times: one tick for all of them, every ten seconds. */
export const now = signal(Date.now());
setInterval(() => {
  now.value = Date.now();
}, 10_000);
