// Why a flag cannot be cleared by the reader: it counts at an organization above theirs, or a right is missing there. Each organization is
// asked about once.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { useResource } from "../../resource.js";
import { Missing } from "../../components/problem.js";

/** @typedef {import("./page.js").Flag} Flag */

/** The most questions at once. */
const QUESTIONS = 99;

/** @param {Flag[]} flags @param {Record<string, string>} names of organizations, by their id */
export function useMayClear(flags, names) {
  const places = [...new Set(flags.flatMap(({ organization }) => (organization ? [organization.id] : [])))].sort();
  const answers = useResource(async (signal) => {
    /** @type {Map<string, import("../../api.js").Schemas["Answer"]>} */
    const found = new Map();
    for (let from = 0; from < places.length; from += QUESTIONS) {
      const some = places.slice(from, from + QUESTIONS);
      const questions = some.map((id) => ({ action: /** @type {const} */ ("requests.flag"), resource: { organization_id: id } }));
      const answer = await api.post("/v1/authorize", { body: { questions }, signal });
      if ("answers" in answer) answer.answers.forEach((one, nth) => found.set(some[nth], one));
    }
    return found;
  }, [places.join()]);
  return (/** @type {Flag} */ { organization, request_id: request }) => {
    if (!organization || !request) return t("flags.above");
    const answer = answers.data?.get(organization.id);
    return answer && !answer.allowed ? html`<${Missing} missing=${answer.missing} names=${{ ...names, [organization.id]: organization.name }} action="requests.flag" organization=${organization.id} />` : undefined;
  };
}
