// What the reader may do at an organization, as the server says: a page asks once for all its buttons.

import { api, Problem } from "./api.js";
import { t } from "./i18n.js";
import { useResource } from "./resource.js";
import { html } from "./ui.js";
import { Missing } from "./components/problem.js";

/** @typedef {import("./api.js").Schemas} Schemas */
/** @typedef {{ off: (action: string) => any, missing: (action: string) => Schemas["Requirement"][][], asked: boolean }} May */

/**
 * Until the answers are there nothing is disabled: the server decides again at the press. What is not even shown without an answer waits for
 * `asked`. `off` is why an action is disabled, or undefined.
 * @param {string | null | undefined} organization @param {Schemas["Action"][]} actions @param {Record<string, string>} [names] of organizations, by their id
 * @returns {May}
 */
export function useMay(organization, actions, names = {}) {
  const answers = useResource((signal) => ask(organization, actions, signal), [organization, actions.join()]);
  const refused = (/** @type {string} */ action) => {
    const answer = answers.data?.[actions.findIndex((one) => one === action)];
    return answer && !answer.allowed ? answer : null;
  };
  const missing = (/** @type {string} */ action) => refused(action)?.missing ?? [];
  const off = (/** @type {string} */ action) => {
    if (!refused(action)) return undefined;
    return missing(action).length ? html`<${Missing} missing=${missing(action)} names=${names} />` : t("missing.notAllowed");
  };
  return { off, missing, asked: answers.data !== null || answers.problem !== null };
}

/** @param {string | null | undefined} organization @param {Schemas["Action"][]} actions @param {AbortSignal} signal */
async function ask(organization, actions, signal) {
  if (!organization) return [];
  try {
    const questions = actions.map((action) => ({ action, resource: { organization_id: organization } }));
    const answer = await api.post("/v1/authorize", { body: { questions }, signal });
    return "answers" in answer ? answer.answers : [];
  } catch (problem) {
    // An organization that the reader may not see: nothing is disabled beforehand, and the server answers at the press.
    if (problem instanceof Problem && problem.status === 404) return [];
    throw problem;
  }
}
