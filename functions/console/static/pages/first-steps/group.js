// A group of computers: its name is all that it needs.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { useMay } from "../../may.js";
import { namesOf } from "../../places.js";
import { Button } from "../../components/button.js";
import { Field } from "../../components/field.js";
import { Form } from "../../components/form.js";
import { Note } from "../../components/note.js";
import { errorAt } from "../../components/problem.js";

/** @param {{ state: import("./state.js").State, reload: () => Promise<void> }} props */
export function Group({ state, reload }) {
  const { organization } = state;
  const name = useSignal(t("steps.groupName"));
  const off = useMay(organization.id, ["computer-groups.create"], namesOf([organization])).off("computer-groups.create");
  const submit = async () => {
    if (off) return;
    await api.post("/v1/organizations/{organization_id}/groups", { params: { organization_id: organization.id }, body: { name: name.value.trim() } });
    await reload();
  };
  return html`
    <p class="small">${t("steps.groupHint")}</p>
    ${off && html`<${Note} icon="lock">${off}<//>`}
    <${Form} label=${t("steps.group")} onSubmit=${submit}>${(/** @type {{ busy: boolean, problem: unknown }} */ { busy, problem }) => html`
      <${Field} label=${t("field.name")} name="name" required maxlength="200" autocomplete="off" value=${name.value} error=${errorAt(problem, "/name")} onInput=${(/** @type {string} */ value) => { name.value = value; }} />
      <div><${Button} type="submit" kind="primary" busy=${busy} off=${off && true}>${t("steps.groupDo")}<//></div>`}<//>`;
}
