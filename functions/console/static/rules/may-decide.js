// Whether the reader may decide like a rule: for each of its kinds, up to its scope. A rule is made, edited and deleted by
// those who may.

import { api } from "../api.js";
import { html } from "../ui.js";
import { useResource } from "../resource.js";
import { t } from "../i18n.js";
import { Missing } from "../components/problem.js";

/** @typedef {import("../api.js").Schemas} Schemas */
/** @typedef {{ effect: Schemas["RuleEffect"], scope?: Schemas["DecisionScope"] | null, kinds: Schemas["RequestKind"][] }} Decides */

export const KINDS = /** @type {const} */ (["application", "storage", "elevation"]);
export const SCOPES = /** @type {const} */ (["computer", "group", "organization"]);
export const EFFECTS = /** @type {const} */ (["approve", "deny"]);

/** @type {Record<Schemas["RequestKind"], Schemas["Action"]>} */
const APPROVE = { application: "requests.approve-application", storage: "requests.approve-storage", elevation: "requests.approve-elevation" };

const QUESTIONS = EFFECTS.flatMap((effect) => KINDS.flatMap((kind) => SCOPES.map((scope) => ({ effect, kind, scope }))));

/**
 * `off` is why the reader may not decide so, or undefined.
 * @param {string} organization @param {Record<string, string>} names of organizations, by their id
 */
export function useMayDecide(organization, names) {
  const answers = useResource(async (signal) => {
    const questions = QUESTIONS.map(({ effect, kind, scope }) => ({ action: effect === "approve" ? APPROVE[kind] : /** @type {const} */ ("requests.deny"), resource: { organization_id: organization, request_kind: kind, scope } }));
    const answer = await api.post("/v1/authorize", { body: { questions }, signal });
    return "answers" in answer ? answer.answers : [];
  }, [organization]);
  /** @param {Decides} rule */
  const off = ({ effect, scope, kinds }) => {
    const refused = kinds.map((kind) => answers.data?.[QUESTIONS.findIndex((one) => one.effect === effect && one.kind === kind && one.scope === (scope ?? "computer"))])
      .find((answer) => answer && !answer.allowed);
    if (!refused) return undefined;
    return refused.missing.length ? html`<${Missing} missing=${refused.missing} names=${names} />` : t("missing.notAllowed");
  };
  /** Why the reader may make no rule at all. */
  const offAll = QUESTIONS.every(({ effect, kind, scope }) => off({ effect, scope, kinds: [kind] })) ? off({ effect: "approve", scope: "computer", kinds: ["application"] }) : undefined;
  return { off, offAll };
}
