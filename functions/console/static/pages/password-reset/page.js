// `/password-reset#TOKEN`: a new password, for an administrator who received a reset link.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { navigate } from "../../router.js";
import { notice, who } from "../../session.js";
import { Button } from "../../components/button.js";
import { Form } from "../../components/form.js";
import { Note } from "../../components/note.js";
import { PageHead } from "../../components/page-head.js";
import { errorAt } from "../../components/problem.js";
import { NewPassword, linkToken } from "../sign-in/new-password.js";

export default function PasswordReset() {
  const password = useSignal("");
  const token = linkToken();
  const submit = async () => {
    await api.post("/v1/password-resets/complete", { body: { token, password: password.value } });
    who.value = null;
    notice.value = t("reset.done");
    navigate("/", { replace: true });
  };
  return html`
    <div class="narrow">
      <${PageHead} title=${t("reset.title")} />
      <p class="quiet">${t("reset.words")}</p>
      ${!token && html`<${Note} kind="warn" title=${t("link.noToken")}>${t("link.openWhole")}<//>`}
      <${Form} label=${t("reset.title")} onSubmit=${submit}>
        ${(/** @type {{ busy: boolean, problem: unknown }} */ { busy, problem }) => html`
          <${NewPassword} value=${password.value} onInput=${(/** @type {string} */ value) => { password.value = value; }} error=${errorAt(problem, "/password")} />
          <${Button} type="submit" kind="primary" size="large" wide busy=${busy}>${t("reset.do")}<//>`}
      <//>
    </div>`;
}
