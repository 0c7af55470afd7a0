// Takes the place of any page that needs a session; the address stays, so signing in leads to it.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { here } from "../../router.js";
import { notice } from "../../session.js";
import { Note } from "../../components/note.js";
import { PageHead } from "../../components/page-head.js";
import { SignInForm } from "../../shell/sign-in-form.js";

export default function SignIn() {
  const wanted = here.value.path.startsWith("/requests/") ? t("signIn.forRequest") : t("signIn.words");
  return html`
    <div class="narrow">
      ${notice.value && html`<${Note} kind="good" role="status">${notice.value}<//>`}
      <${PageHead} title=${t("signIn.title")} />
      <p class="quiet">${wanted}</p>
      <${SignInForm} />
    </div>`;
}
