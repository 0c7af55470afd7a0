// What the rules of a list would have decided, in one number each: tried one after another, the first ones only.

import { html, useEffect, useSignal } from "../../ui.js";
import { api } from "../../api.js";
import { inShort } from "../../rules/dry-run.js";
import { contentsOf } from "../../rules/contents.js";

/** @typedef {import("../../api.js").Schemas["Rule"]} Rule */

/** Each reads up to a thousand requests on the server. */
const MOST = 8;

/** @param {string} organization @param {Rule[]} rules @returns {Record<string, any>} what is to be shown, by the rule's id */
export function useShortRuns(organization, rules) {
  const runs = useSignal(/** @type {Record<string, any>} */ ({}));
  const wanted = rules.filter((rule) => rule.in_force).slice(0, MOST);
  useEffect(() => {
    const left = new AbortController();
    readAll(organization, wanted, left.signal, (id, words) => { runs.value = { ...runs.value, [id]: words }; });
    return () => left.abort();
  }, [organization, wanted.map(({ id }) => id).join()]);
  return runs.value;
}

/** @param {string} organization @param {Rule[]} rules @param {AbortSignal} signal @param {(id: string, words: any) => void} show */
async function readAll(organization, rules, signal, show) {
  for (const rule of rules) {
    try {
      const { next_cursor: cursor, ...found } = await api.post("/v1/rules/dry-run", { body: { organization_id: organization, rule: contentsOf(rule) }, signal });
      if (!signal.aborted) show(rule.id, html`<span>${inShort({ ...found, cursor: cursor ?? null })}</span>`);
    } catch {
      // The rule's own page says why it cannot be tried.
      if (signal.aborted) return;
    }
  }
}
