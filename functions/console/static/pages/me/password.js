// One's own password: changed with the present one, or by a link if that is forgotten.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Confirm } from "../../components/confirm.js";
import { Field } from "../../components/field.js";
import { Form } from "../../components/form.js";
import { Note } from "../../components/note.js";
import { useOpening } from "../../components/opening.js";
import { errorAt } from "../../components/problem.js";
import { NewPassword } from "../sign-in/new-password.js";

/** @param {{ email: string, onChanged: () => void }} props */
export function Password({ email, onChanged }) {
  const form = useSignal(0);
  const said = useSignal(/** @type {"" | "changed" | "sent"} */ (""));
  const asking = useOpening();
  const close = asking.close;
  const changed = () => {
    said.value = "changed";
    form.value += 1;
    onChanged();
  };
  return html`
    <${Card} title=${t("password.title")}>
      <div class="stack">
        <p>${t("password.words")}</p>
        ${said.value && html`<${Note} kind="good" role="status">${said.value === "sent" ? rich("password.sent", { email }) : t("password.changed")}<//>`}
        <${Change} key=${form.value} onChanged=${changed} />
        <div><${Button} size="small" onClick=${() => { asking.show(true); }}>${t("password.send")}<//></div>
      </div>
      ${asking.what && html`
        <${Confirm} kind="primary" title=${t("password.send")} action=${t("password.do")} work=${() => api.post("/v1/password-resets", { body: { email } })} onClose=${close} onDone=${() => { said.value = "sent"; close(); }}>
          <p>${rich("password.sendWords", { email })}</p>
        <//>`}
    <//>`;
}

/** @param {{ onChanged: () => void }} props */
function Change({ onChanged }) {
  const present = useSignal("");
  const chosen = useSignal("");
  const submit = async () => {
    await api.put("/v1/session/password", { body: { password: present.value, new_password: chosen.value } });
    onChanged();
  };
  return html`
    <${Form} label=${t("password.change")} onSubmit=${submit}>
      ${(/** @type {{ busy: boolean, problem: unknown }} */ { busy, problem }) => html`
        <${Field} label=${t("password.present")} name="present" type="password" autocomplete="current-password" maxlength="128" required value=${present.value} onInput=${(/** @type {string} */ value) => { present.value = value; }} />
        <${NewPassword} label=${t("password.newOne")} value=${chosen.value} onInput=${(/** @type {string} */ value) => { chosen.value = value; }} error=${errorAt(problem, "/new_password")} />
        <div><${Button} type="submit" busy=${busy}>${t("password.change")}<//></div>`}
    <//>`;
}
