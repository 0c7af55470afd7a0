// The sign-in: email, password, and a code where the server asks for one.

import { html, useSignal } from "../ui.js";
import { t } from "../i18n.js";
import { Problem } from "../api.js";
import { signIn } from "../sign-in.js";
import { Button } from "../components/button.js";
import { Field } from "../components/field.js";
import { Form } from "../components/form.js";

/** @param {{ email?: string }} props `email`: of who signs in again */
export function SignInForm({ email }) {
  const address = useSignal(email ?? "");
  const password = useSignal("");
  const code = useSignal("");
  const asksForCode = useSignal(false);
  // The password is right if a code is asked for; it is sent again with the code.
  const onProblem = (/** @type {unknown} */ problem) => {
    const name = problem instanceof Problem ? problem.code : "";
    asksForCode.value = name === "totp-missing" || name === "totp-wrong";
    code.value = "";
    if (!asksForCode.value) password.value = "";
    return name === "totp-missing";
  };
  return html`
    <${Form} label=${t("signIn.title")} onSubmit=${() => signIn(address.value, password.value, code.value)} onProblem=${onProblem}>
      ${(/** @type {{ busy: boolean }} */ { busy }) => html`
        <${Field} label=${t("signIn.email")} name="email" type="email" autocomplete="username" inputmode="email" required readonly=${Boolean(email)} value=${address.value} onInput=${(/** @type {string} */ value) => { address.value = value; }} />
        <${Field} label=${t("signIn.password")} name="password" type="password" autocomplete="current-password" required takesFocus=${Boolean(email)} value=${password.value} onInput=${(/** @type {string} */ value) => { password.value = value; }} />
        ${asksForCode.value && html`<${Field} label=${t("signIn.code")} hint=${t("signIn.codeHint")} name="totp" inputmode="numeric" autocomplete="one-time-code" maxlength="64" required takesFocus value=${code.value} onInput=${(/** @type {string} */ value) => { code.value = value; }} />`}
        <${Button} type="submit" kind="primary" size="large" wide busy=${busy}>${t("signIn.do")}<//>
        ${!email && html`<p><a href="/forgotten-password">${t("signIn.forgotten")}</a></p>`}`}
    <//>`;
}
