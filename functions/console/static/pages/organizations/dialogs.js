// Creating, renaming and deleting an organization.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { Problem, api } from "../../api.js";
import { here, navigate, stillAt } from "../../router.js";
import { Ask } from "../../components/ask.js";
import { Check } from "../../components/check.js";
import { Confirm } from "../../components/confirm.js";
import { Field } from "../../components/field.js";
import { errorAt } from "../../components/problem.js";
import { plainly } from "../../components/text.js";

/** @typedef {import("../../api.js").Schemas["OrganizationView"]} Organization */
/** @typedef {{ onClose: () => void, onDone: () => void, names: Record<string, string>, reload?: () => unknown }} Common */

/** @param {{ parent: { id: string, name: string } } & Common} props */
export function CreateOrganization({ parent, onClose, onDone, names }) {
  const name = useSignal("");
  const work = async () => {
    const made = await api.post("/v1/organizations", { body: { name: name.value.trim(), parent_id: parent.id } });
    navigate(`/organizations/${made.id}`);
  };
  return html`
    <${Ask} title=${t("organizations.createTitle", { name: parent.name })} action=${t("organizations.create")} work=${work} onDone=${onDone} onClose=${onClose} names=${names} off=${name.value.trim() ? undefined : t("field.nameFirst")}>
      ${(/** @type {unknown} */ problem) => html`<${Field} label=${t("field.name")} hint=${t("organizations.createHint")} name="name" maxlength="200" takesFocus value=${name.value} error=${errorAt(problem, "/name")} onInput=${(/** @type {string} */ value) => { name.value = value; }} />`}
    <//>`;
}

/** @param {{ organization: Organization } & Common} props */
export function RenameOrganization({ organization, onClose, onDone, names, reload }) {
  const name = useSignal(organization.name);
  const work = () => api.patch("/v1/organizations/{organization_id}", { params: { organization_id: organization.id }, body: { name: name.value.trim() }, ifMatch: organization.revision });
  const same = name.value.trim() === organization.name;
  return html`
    <${Ask} title=${t("organizations.renameTitle", { name: organization.name })} action=${t("organizations.rename")} work=${work} onDone=${onDone} onClose=${onClose} names=${names} reload=${reload} off=${name.value.trim() ? same && t("save.nothing") : t("field.nameFirst")}>
      ${(/** @type {unknown} */ problem) => html`<${Field} label=${t("field.name")} name="name" maxlength="200" takesFocus value=${name.value} error=${errorAt(problem, "/name")} onInput=${(/** @type {string} */ value) => { name.value = value; }} />`}
    <//>`;
}

/**
 * If the server refuses because messages wait, they can be given up.
 * @param {{ organization: Organization } & Common} props
 */
export function DeleteOrganization({ organization, onClose, onDone, names, reload }) {
  const waits = useSignal(false);
  const discards = useSignal(false);
  const work = async () => {
    const query = discards.value ? /** @type {const} */ ({ unsent: "discard" }) : {};
    try {
      await api.delete("/v1/organizations/{organization_id}", { params: { organization_id: organization.id }, query, ifMatch: organization.revision });
    } catch (problem) {
      if (problem instanceof Problem && problem.code === "organization-has-messages") waits.value = true;
      throw problem;
    }
  };
  const { path } = here.value;
  const gone = () => {
    onClose();
    onDone();
    if (stillAt(path)) navigate(organization.parent_id ? `/organizations/${organization.parent_id}` : "/organizations");
  };
  return html`
    <${Confirm} title=${t("organizations.deleteTitle", { name: organization.name })} action=${t("organizations.delete")} safe=${t("organizations.keep")} typed=${plainly(organization.name)} work=${work} onDone=${gone} onClose=${onClose} names=${names} reload=${reload}>
      <p>${t("organizations.deleteWords")}</p>
      ${waits.value && html`<${Check} checked=${discards.value} onChange=${(/** @type {boolean} */ checked) => { discards.value = checked; }}>${t("organizations.discard")}<//>`}
    <//>`;
}
