// Deleting a role: who loses what by it, first. It is not undone, so its name is typed.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { namesOf } from "../../places.js";
import { useResource } from "../../resource.js";
import { ManyPeople } from "../../people/impact.js";
import { Confirm } from "../../components/confirm.js";
import { Loaded } from "../../components/loaded.js";
import { plainly } from "../../components/text.js";

/** @typedef {import("./editing.js").Role} Role */
/** @typedef {import("./editing.js").Impact} Impact */

/** @param {{ role: Role, onClose: () => void, onDeleted: () => void }} props */
export function DeleteRole({ role, onClose, onDeleted }) {
  const names = namesOf([role.organization]);
  const options = { params: { role_id: role.id }, ifMatch: role.revision };
  const impact = useResource((signal) => api.delete("/v1/roles/{role_id}", { ...options, query: { dry_run: true }, signal }), [role.id, role.revision]);
  const done = () => {
    onClose();
    onDeleted();
  };
  return html`
    <${Confirm} title=${t("role.deleteTitle", { name: role.name })} action=${t("role.delete")} safe=${t("role.keep")} typed=${plainly(role.name)} work=${() => api.delete("/v1/roles/{role_id}", options)} onDone=${done} onClose=${onClose} names=${names}>
      <p>${rich("role.deleteWords", { name: role.name })}</p>
      <${Loaded} resource=${impact} rows=${2} names=${names}>${(/** @type {Impact} */ found) => html`<${ManyPeople} impact=${found} />`}<//>
    <//>`;
}
