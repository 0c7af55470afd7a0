// `/forgotten-password`: asks for a link for a new password. What it answers is the same for every address.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { Button } from "../../components/button.js";
import { Field } from "../../components/field.js";
import { Form } from "../../components/form.js";
import { Note } from "../../components/note.js";
import { PageHead } from "../../components/page-head.js";

export default function ForgottenPassword() {
  const email = useSignal("");
  const asked = useSignal("");
  const submit = async () => {
    const address = email.value.trim();
    await api.post("/v1/password-resets", { body: { email: address } });
    asked.value = address;
  };
  return html`
    <div class="narrow">
      <${PageHead} title=${t("forgotten.title")} />
      ${asked.value
        ? html`<${Note} kind="good" role="status">${rich("forgotten.asked", { email: asked.value })}<//><p class="quiet">${t("forgotten.nothing")}</p>`
        : html`<p class="quiet">${t("forgotten.words")}</p>`}
      <${Form} label=${t("forgotten.title")} onSubmit=${submit}>
        ${(/** @type {{ busy: boolean }} */ { busy }) => html`
          <${Field} label=${t("signIn.email")} name="email" type="email" autocomplete="username" inputmode="email" maxlength="254" required takesFocus value=${email.value} onInput=${(/** @type {string} */ value) => { email.value = value; }} />
          <${Button} type="submit" kind="primary" size="large" wide busy=${busy}>${t("forgotten.do")}<//>`}
      <//>
      <p><a href="/">${t("forgotten.back")}</a></p>
    </div>`;
}
