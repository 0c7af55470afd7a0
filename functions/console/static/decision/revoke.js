// Taking an approval back.

import { html, useSignal } from "../ui.js";
import { rich, t } from "../i18n.js";
import { computerName } from "../format.js";
import { api, newKey } from "../api.js";
import { PAGE } from "../everything.js";
import { ifMay } from "../may.js";
import { useResource } from "../resource.js";
import { usedOf } from "../fleet/used-of.js";
import { Button } from "../components/button.js";
import { Dialog } from "../components/dialog.js";
import { Field } from "../components/field.js";
import { ProblemNote } from "../components/problem.js";
import { plainly } from "../components/text.js";

/** @typedef {import("./model.js").Request} Request */

/** On how many computers it was used, in a sentence; null if that is not known. @param {Request} request @param {AbortSignal} signal */
async function usedWords({ organization, subject, computer, decision }, signal) {
  const of = subject.sha256 ? { sha256: subject.sha256 } : { computer_id: computer.id };
  const page = await ifMay("requests.list", organization.id, () => api.get("/v1/grants", { query: { organization_id: organization.id, ...of, limit: PAGE }, signal }), null, signal);
  const grant = page?.items.find(({ id }) => id === decision?.grant_id);
  if (!grant) return null;
  const part = usedOf(grant);
  return part ? t("revoke.usedOf", part) : t("revoke.used", { n: grant.used_by });
}

/** What that means, and a word to those who asked. @param {{ request: Request, onClose: () => void, reload: () => Promise<void> }} props */
export function Revoke({ request, onClose, reload }) {
  const message = useSignal("");
  const busy = useSignal(false);
  const problem = useSignal(/** @type {unknown} */ (null));
  const key = useSignal(newKey());
  const send = async () => {
    busy.value = true;
    try {
      await api.post("/v1/requests/{request_id}/revocation", { params: { request_id: request.id }, body: { message: message.value.trim() || null }, key: key.value });
      await reload();
      onClose();
    } catch (caught) {
      problem.value = caught;
      busy.value = false;
    }
  };
  const scope = request.decision?.scope ?? "computer";
  const used = useResource((signal) => usedWords(request, signal), [request.id]);
  return html`
    <${Dialog} title=${t("revoke.title", { name: plainly(request.subject.name) })} onClose=${onClose} actions=${html`<${Button} onClick=${onClose}>${t("revoke.keep")}<//><${Button} kind="danger" busy=${busy.value} onClick=${send}>${t("revoke.do")}<//>`}>
      <p>${rich(`revoke.words.${scope}`, { computer: computerName(request.computer), group: request.group.name, organization: request.organization.name })} ${used.data !== null && `${used.data} `}${t("revoke.undo")}</p>
      <${Field} label=${t("revoke.message")} name="message" rows=${2} maxlength="2000" value=${message.value} onInput=${(/** @type {string} */ text) => { message.value = text; }} />
      ${problem.value !== null && html`<${ProblemNote} problem=${problem.value} takesFocus />`}
    <//>`;
}
