// What the reader may do at an organization, as the server says: a page asks once for all its buttons, and reads beside its own
// contents only what will not be refused.

import { api, Problem } from "./api.js";
import { t } from "./i18n.js";
import { useResource } from "./resource.js";
import { catalogueRead, mayBeUseful, who } from "./session.js";
import { html } from "./ui.js";
import { Missing } from "./components/problem.js";

/** @typedef {import("./api.js").Schemas} Schemas */
/** @typedef {{ off: (action: string) => any, missing: (action: string) => Schemas["Requirement"][][], organization: string | null | undefined, asked: boolean }} May */

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
    return missing(action).length ? html`<${Missing} missing=${missing(action)} names=${names} action=${action} organization=${organization} />` : t("missing.notAllowed");
  };
  return { off, missing, organization, asked: answers.data !== null || answers.problem !== null };
}

/**
 * Whether to read something. What none of the reader's permissions gives is not asked for. The server is asked first where what they hold
 * does not count everywhere alike.
 * @param {Schemas["Action"]} action @param {string} organization @param {AbortSignal} [signal]
 */
export async function may(action, organization, signal) {
  await catalogueRead();
  if (!mayBeUseful(action)) return false;
  const own = who.value?.administrator.organization.id;
  const alike = who.value?.permissions.every((held) => held.organization_id === own && held.counts === "here_and_below");
  if (alike) return true;
  const [answer] = await ask(organization, [action], signal);
  return answer?.allowed ?? false;
}

/**
 * Reads what only some may; the others get `otherwise`.
 * @template T, U
 * @param {Schemas["Action"]} action @param {string} organization @param {() => Promise<T>} read @param {U} otherwise @param {AbortSignal} [signal]
 * @returns {Promise<T | U>}
 */
export const ifMay = async (action, organization, read, otherwise, signal) => ((await may(action, organization, signal)) ? read() : otherwise);

/** @param {string | null | undefined} organization @param {Schemas["Action"][]} actions @param {AbortSignal} [signal] */
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
