// What the reader may change: revoking needs a right at the grant's organization, another end the right to approve at the grant's
// scope. Each place is asked about once.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { answersTo } from "../../answers.js";
import { useMay } from "../../may.js";
import { useResource } from "../../resource.js";
import { Missing } from "../../components/problem.js";

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {import("./page.js").Grant} Grant */

/** @type {Record<Schemas["RequestKind"], Schemas["Action"]>} */
const APPROVE = { application: "requests.approve-application", storage: "requests.approve-storage", elevation: "requests.approve-elevation" };

/** @param {Grant} grant @returns {Schemas["Question"]} */
const toRevoke = ({ organization }) => ({ action: "requests.revoke", resource: { organization_id: organization.id } });

/** @param {Grant} grant @returns {Schemas["Question"]} */
const toEnd = ({ organization, kind, scope }) => ({ action: APPROVE[kind], resource: { organization_id: organization.id, request_kind: kind, scope } });

/** @param {string} organization the chosen one @param {Grant[]} grants @param {Record<string, string>} known the names of organizations */
export function useMayChange(organization, grants, known) {
  const names = { ...known, ...Object.fromEntries(grants.map(({ organization: { id, name } }) => [id, name])) };
  const questions = new Map(grants.flatMap((grant) => [toRevoke(grant), toEnd(grant)]).map((question) => [JSON.stringify(question), question]));
  const may = useMay(grants.length ? organization : null, ["requests.revoke"], names);
  const answers = useResource(async (signal) => {
    const found = await answersTo([...questions.values()], signal);
    return new Map([...questions.keys()].map((question, at) => [question, found[at]]));
  }, [[...questions.keys()].sort().join()]);
  /** Why something cannot be changed. @param {Schemas["Question"]} question */
  const off = (question) => {
    const answer = answers.data?.get(JSON.stringify(question));
    if (!answer || answer.allowed) return undefined;
    return answer.missing.length ? html`<${Missing} missing=${answer.missing} names=${names} />` : t("missing.notAllowed");
  };
  return { may, offRevoke: (/** @type {Grant} */ grant) => off(toRevoke(grant)), offEnd: (/** @type {Grant} */ grant) => off(toEnd(grant)) };
}
