// `/setup#TOKEN`: creates the root organization and its first administrator, once per deployment.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { navigate } from "../../router.js";
import { signIn } from "../../sign-in.js";
import { Button } from "../../components/button.js";
import { Field } from "../../components/field.js";
import { Form } from "../../components/form.js";
import { Note } from "../../components/note.js";
import { PageHead } from "../../components/page-head.js";
import { errorAt } from "../../components/problem.js";
import { NewPassword, linkToken } from "../sign-in/new-password.js";

export default function SetUp() {
  const organization = useSignal("");
  const name = useSignal("");
  const email = useSignal("");
  const password = useSignal("");
  const token = linkToken();
  const submit = async () => {
    const administrator = { email: email.value.trim(), name: name.value.trim(), password: password.value };
    await api.post("/v1/setup", { body: { setup_token: token, organization: { name: organization.value.trim() }, administrator } });
    await signIn(email.value, password.value);
    navigate("/", { replace: true });
  };
  const to = (/** @type {{ value: string }} */ signal) => (/** @type {string} */ value) => { signal.value = value; };
  return html`
    <div class="narrow">
      <${PageHead} title=${t("setup.title")} />
      <p class="quiet">${t("setup.words")}</p>
      ${!token && html`<${Note} kind="warn" title=${t("link.noToken")}>${t("setup.noToken")}<//>`}
      <${Form} label=${t("setup.title")} onSubmit=${submit}>
        ${(/** @type {{ busy: boolean, problem: unknown }} */ { busy, problem }) => html`
          <${Field} label=${t("setup.organization")} name="organization" required maxlength="200" autocomplete="organization" error=${errorAt(problem, "/organization/name")} value=${organization.value} onInput=${to(organization)} />
          <${Field} label=${t("setup.name")} name="name" required maxlength="200" autocomplete="name" error=${errorAt(problem, "/administrator/name")} value=${name.value} onInput=${to(name)} />
          <${Field} label=${t("setup.email")} hint=${t("setup.emailHint")} name="email" type="email" required autocomplete="username" error=${errorAt(problem, "/administrator/email")} value=${email.value} onInput=${to(email)} />
          <${NewPassword} value=${password.value} onInput=${to(password)} error=${errorAt(problem, "/administrator/password")} />
          <${Button} type="submit" kind="primary" size="large" wide busy=${busy}>${t("setup.do")}<//>`}
      <//>
    </div>`;
}
