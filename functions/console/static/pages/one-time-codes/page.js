// Setting up one-time codes: the password, the QR code for the authenticator, a first code, the recovery codes. It also takes
// the place of every page while the login settings require codes that are not set up.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { loadSession, sessionProblem } from "../../session.js";
import { navigate } from "../../router.js";
import { Button } from "../../components/button.js";
import { Copy } from "../../components/copy.js";
import { Field } from "../../components/field.js";
import { Form } from "../../components/form.js";
import { PageHead } from "../../components/page-head.js";
import { words } from "../../components/problem.js";

/** @typedef {import("../../api.js").Schemas} Schemas */

export default function OneTimeCodes() {
  const begun = useSignal(/** @type {Schemas["NewTotp"] | null} */ (null));
  const codes = useSignal(/** @type {string[] | null} */ (null));
  const done = async () => {
    const required = sessionProblem.value !== null;
    await loadSession();
    if (!required) navigate("/me");
  };
  if (codes.value) return html`<${Recovery} codes=${codes.value} onDone=${done} />`;
  if (begun.value) return html`<${Confirm} begun=${begun.value} onCodes=${(/** @type {string[]} */ given) => { codes.value = given; }} />`;
  return html`<${Begin} onBegun=${(/** @type {Schemas["NewTotp"]} */ made) => { begun.value = made; }} />`;
}

/** @param {{ onBegun: (begun: Schemas["NewTotp"]) => void }} props */
function Begin({ onBegun }) {
  const password = useSignal("");
  const required = sessionProblem.value instanceof Error ? words(sessionProblem.value) : "";
  const submit = async () => onBegun(await api.post("/v1/totp", { body: { password: password.value } }));
  return html`
    <div class="narrow">
      <${PageHead} title=${t("codes.title")} />
      <p class="quiet">${required || t("codes.words")}</p>
      <${Form} label=${t("codes.title")} onSubmit=${submit}>
        ${(/** @type {{ busy: boolean }} */ { busy }) => html`
          <${Field} label=${t("codes.password")} hint=${t("codes.passwordHint")} name="password" type="password" autocomplete="current-password" required value=${password.value} onInput=${(/** @type {string} */ value) => { password.value = value; }} />
          <${Button} type="submit" kind="primary" size="large" wide busy=${busy}>${t("codes.continue")}<//>`}
      <//>
    </div>`;
}

/** @param {{ begun: Schemas["NewTotp"], onCodes: (codes: string[]) => void }} props */
function Confirm({ begun, onCodes }) {
  const code = useSignal("");
  const submit = async () => onCodes((await api.post("/v1/totp/confirmation", { body: { totp: code.value.trim() } })).recovery_codes);
  return html`
    <div class="narrow">
      <${PageHead} title=${t("codes.scan")} />
      <p>${t("codes.scanWords")} <a href=${begun.otpauth_uri}>${t("codes.here")}</a></p>
      <img class="qr" alt=${t("codes.picture")} width="240" height="240" src=${`data:image/svg+xml;utf8,${encodeURIComponent(begun.qr_svg)}`} />
      <div><div class="boxed-head"><span class="label">${t("codes.key")}</span><${Copy} text=${begun.secret} label=${t("codes.copyKey")} /></div><div class="boxed"><code id="codes-secret">${begun.secret}</code></div></div>
      <${Form} label=${t("codes.scan")} onSubmit=${submit}>
        ${(/** @type {{ busy: boolean }} */ { busy }) => html`
          <${Field} label=${t("codes.code")} name="totp" inputmode="numeric" autocomplete="one-time-code" maxlength="64" required value=${code.value} onInput=${(/** @type {string} */ value) => { code.value = value; }} />
          <${Button} type="submit" kind="primary" size="large" wide busy=${busy}>${t("codes.confirm")}<//>`}
      <//>
    </div>`;
}

/** @param {{ codes: string[], onDone: () => void }} props */
function Recovery({ codes, onDone }) {
  return html`
    <div class="narrow">
      <${PageHead} title=${t("codes.keep")} />
      <p>${t("codes.keepWords")}</p>
      <ul class="recovery-codes" aria-label=${t("codes.recovery")}>${codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>
      <${Copy} text=${codes.join("\n")} label=${t("codes.copyAll")} />
      <${Button} kind="primary" size="large" wide onClick=${onDone}>${t("codes.kept")}<//>
    </div>`;
}
