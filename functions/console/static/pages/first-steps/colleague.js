// Bringing a colleague: an invitation by email, with what they may do.

import { html, useRef, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api, newKey } from "../../api.js";
import { useMay } from "../../may.js";
import { namesOf } from "../../places.js";
import { permissionTitle, who } from "../../session.js";
import { Button } from "../../components/button.js";
import { Chips } from "../../components/chip.js";
import { Field } from "../../components/field.js";
import { Form } from "../../components/form.js";
import { Note } from "../../components/note.js";
import { errorAt } from "../../components/problem.js";

/** What somebody can begin with. @type {Record<string, import("../../api.js").Schemas["Permission"][]>} */
const ROLES = { decide: ["approve-for-entire-organization", "view-approvals"], everything: ["super-admin"] };

/** @param {{ reload: () => Promise<void> }} props */
export function Colleague({ reload }) {
  const own = who.value?.administrator.organization ?? { id: "", name: "" };
  const values = useSignal({ email: "", name: "", may: "decide" });
  const key = useRef(newKey());
  const off = useMay(own.id, ["administrators.invite"], namesOf([own])).off("administrators.invite");
  const { email, name, may } = values.value;
  const set = (/** @type {Partial<typeof values.value>} */ part) => { values.value = { ...values.value, ...part }; };
  const submit = async () => {
    if (off) return;
    await api.post("/v1/administrators", { key: key.current, body: { email: email.trim(), name: name.trim(), organization_id: own.id, permissions: ROLES[may], notify_on_request: true } });
    await reload();
  };
  const options = Object.keys(ROLES).map((value) => ({ value, label: t(`steps.may.${value}`) }));
  return html`
    <p class="small">${t("steps.colleagueHint")}</p>
    ${off && html`<${Note} icon="lock">${off}<//>`}
    <${Form} label=${t("steps.colleague")} onSubmit=${submit} onProblem=${() => { key.current = newKey(); return false; }} names=${namesOf([own])}>${(/** @type {{ busy: boolean, problem: unknown }} */ { busy, problem }) => html`
      <div class="fields-two">
        <${Field} label=${t("steps.colleagueName")} name="name" required maxlength="200" autocomplete="off" value=${name} error=${errorAt(problem, "/name")} onInput=${(/** @type {string} */ value) => set({ name: value })} />
        <${Field} label=${t("signIn.email")} name="email" type="email" required maxlength="254" autocomplete="off" value=${email} error=${errorAt(problem, "/email")} onInput=${(/** @type {string} */ value) => set({ email: value })} />
      </div>
      <${Chips} legend=${t("steps.may")} value=${may} options=${options} onChange=${(/** @type {string} */ value) => set({ may: value })} />
      <p class="hint">${ROLES[may].map(permissionTitle).join(" · ")}</p>
      <div><${Button} type="submit" kind="primary" busy=${busy} off=${off && true}>${t("steps.invite")}<//></div>`}<//>`;
}
