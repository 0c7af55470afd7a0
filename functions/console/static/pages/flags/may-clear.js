// Why a flag cannot be cleared by the reader: it counts at an organization above theirs, or a right is missing there. Each organization is
// asked about once.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { answersTo } from "../../answers.js";
import { useResource } from "../../resource.js";
import { Missing } from "../../components/problem.js";

/** @typedef {import("./page.js").Flag} Flag */

/** @param {Flag[]} flags @param {Record<string, string>} names of organizations, by their id */
export function useMayClear(flags, names) {
  const places = [...new Set(flags.flatMap(({ organization }) => (organization ? [organization.id] : [])))].sort();
  const answers = useResource(async (signal) => {
    const questions = places.map((id) => ({ action: /** @type {const} */ ("requests.flag"), resource: { organization_id: id } }));
    const answers = await answersTo(questions, signal);
    return new Map(places.map((id, nth) => [id, answers[nth]]));
  }, [places.join()]);
  return (/** @type {Flag} */ { organization, request_id: request }) => {
    if (!organization || !request) return t("flags.above");
    const answer = answers.data?.get(organization.id);
    return answer && !answer.allowed ? html`<${Missing} missing=${answer.missing} names=${{ ...names, [organization.id]: organization.name }} action="requests.flag" organization=${organization.id} />` : undefined;
  };
}
