// Signing in again once the session has ended. The page stays as it is behind it, with what was typed.

import { html, useEffect } from "../ui.js";
import { t } from "../i18n.js";
import { who } from "../session.js";
import { Dialog } from "../components/dialog.js";
import { SignInForm } from "./sign-in-form.js";

export function SignInAgain() {
  useEffect(() => () => document.getElementById("main")?.focus(), []);
  return html`<${Dialog} title=${t("signIn.again")} onClose=${() => undefined} actions=${null}><p>${t("signIn.againWords")}</p><${SignInForm} email=${who.value?.administrator.email} /><//>`;
}
