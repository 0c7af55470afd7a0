// Deleting a role: who loses what by it, first. It is not undone, so its name is typed.

import { html, useEffect, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { ManyPeople } from "../../people/impact.js";
import { Button } from "../../components/button.js";
import { Dialog } from "../../components/dialog.js";
import { Field } from "../../components/field.js";
import { Skeleton } from "../../components/loaded.js";
import { ProblemNote } from "../../components/problem.js";
import { plainly } from "../../components/text.js";

/** @typedef {import("./editing.js").Role} Role */
/** @typedef {import("./editing.js").Impact} Impact */

/** @param {Role} role @param {boolean} dry */
const run = (role, dry) => api.delete("/v1/roles/{role_id}", { params: { role_id: role.id }, query: dry ? { dry_run: true } : {}, ifMatch: role.revision });

/** @param {{ role: Role, onClose: () => void, onDeleted: () => void }} props */
export function DeleteRole({ role, onClose, onDeleted }) {
  const impact = useSignal(/** @type {Impact | null} */ (null));
  const problem = useSignal(/** @type {unknown} */ (null));
  const busy = useSignal(false);
  const typed = useSignal("");
  const name = plainly(role.name);
  useEffect(() => {
    run(role, true).then((answer) => { impact.value = answer; }, (caught) => { problem.value = caught; });
  }, []);
  const send = async () => {
    busy.value = true;
    problem.value = null;
    try {
      await run(role, false);
      onClose();
      onDeleted();
    } catch (caught) {
      problem.value = caught;
    } finally {
      busy.value = false;
    }
  };
  const off = typed.value.trim() === name ? null : t("role.typeFirst");
  return html`
    <${Dialog} title=${t("role.deleteTitle", { name })} onClose=${onClose} actions=${html`<${Button} onClick=${onClose}>${t("confirm.cancel")}<//><${Button} kind="danger" busy=${busy.value} off=${off} onClick=${send}>${t("role.delete")}<//>`}>
      <p>${rich("role.deleteWords", { name: role.name })}</p>
      ${impact.value ? html`<${ManyPeople} impact=${impact.value} />` : problem.value === null && html`<${Skeleton} rows=${2} />`}
      <${Field} label=${t("role.type", { name })} name="typed" autocomplete="off" value=${typed.value} onInput=${(/** @type {string} */ value) => { typed.value = value; }} />
      ${problem.value !== null && html`<${ProblemNote} problem=${problem.value} takesFocus />`}
    <//>`;
}
