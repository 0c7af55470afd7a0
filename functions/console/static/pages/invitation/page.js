// `/invitation#TOKEN`: an invited administrator chooses a password.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { navigate } from "../../router.js";
import { signIn } from "../../sign-in.js";
import { Button } from "../../components/button.js";
import { Form } from "../../components/form.js";
import { Note } from "../../components/note.js";
import { PageHead } from "../../components/page-head.js";
import { errorAt } from "../../components/problem.js";
import { NewPassword, linkToken } from "../sign-in/new-password.js";

export default function Invitation() {
  const password = useSignal("");
  const token = linkToken();
  const submit = async () => {
    const { administrator } = await api.post("/v1/invitations/accept", { body: { token, password: password.value } });
    await signIn(administrator.email, password.value);
    navigate("/", { replace: true });
  };
  return html`
    <div class="narrow">
      <${PageHead} title=${t("invitation.title")} />
      <p class="quiet">${t("invitation.words")}</p>
      ${!token && html`<${Note} kind="warn" title=${t("link.noToken")}>${t("link.openWhole")}<//>`}
      <${Form} label=${t("invitation.title")} onSubmit=${submit}>
        ${(/** @type {{ busy: boolean, problem: unknown }} */ { busy, problem }) => html`
          <${NewPassword} value=${password.value} onInput=${(/** @type {string} */ value) => { password.value = value; }} error=${errorAt(problem, "/password")} />
          <${Button} type="submit" kind="primary" size="large" wide busy=${busy}>${t("invitation.do")}<//>`}
      <//>
    </div>`;
}
