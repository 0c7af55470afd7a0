// What the reader may do at an organization: the server's answers, with what is missing.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { api } from "../api.js";
import { useResource } from "../resource.js";
import { Missing } from "../components/problem.js";

/** @typedef {import("../api.js").Schemas["Answer"]} Answer */
/** @typedef {import("../api.js").Schemas["Action"]} Action */
/** @typedef {{ id: string, name: string }} Organization */
/** @typedef {(action: Action) => any} OffOf why something is disabled; null if it is allowed */

/** @param {Organization | null | undefined} organization @param {Action[]} actions */
function useAnswers(organization, actions) {
  return useResource(async (signal) => {
    if (!organization) return null;
    const questions = actions.map((action) => ({ action, resource: { organization_id: organization.id } }));
    const answer = await api.post("/v1/authorize", { body: { questions }, signal });
    return "answers" in answer ? answer.answers : null;
  }, [organization?.id]);
}

/** @param {Organization | null | undefined} organization @param {Action[]} actions @returns {OffOf} */
export function useMay(organization, actions) {
  const { data } = useAnswers(organization, actions);
  return (action) => {
    // Until it is known nothing is disabled: the server decides again when it is done.
    const answer = data?.[actions.indexOf(action)];
    return answer && !answer.allowed ? whyNot(answer, organization) : null;
  };
}

/** For what is not even tried without an answer. @param {Organization} organization @param {Action} action */
export function useAnswer(organization, action) {
  const { data, problem } = useAnswers(organization, [action]);
  const answer = data?.[0];
  return { asked: Boolean(answer) || problem !== null, off: answer && !answer.allowed ? whyNot(answer, organization) : null };
}

/** @param {Answer} answer @param {Organization | null | undefined} organization */
export function whyNot(answer, organization) {
  const missing = answer.missing.map((set) => set.map(({ permission, organization_id: at }) => ({ permission, organization_id: at })));
  if (!missing.length) return t("people.notAllowed");
  return html`<${Missing} missing=${missing} names=${organization ? { [organization.id]: organization.name } : {}} />`;
}
