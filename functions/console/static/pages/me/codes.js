// Dialogs about one's one-time codes: new recovery codes, and removing the codes.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { loadSession } from "../../session.js";
import { codeOf } from "../../sign-in.js";
import { Ask } from "../../components/ask.js";
import { Button } from "../../components/button.js";
import { Copy } from "../../components/copy.js";
import { Dialog } from "../../components/dialog.js";
import { Field } from "../../components/field.js";
import { errorAt } from "../../components/problem.js";

/** @param {{ onClose: () => void }} props */
export function NewRecoveryCodes({ onClose }) {
  const code = useSignal("");
  const codes = useSignal(/** @type {string[] | null} */ (null));
  const work = async () => {
    codes.value = (await api.post("/v1/totp/recovery-codes", { body: { totp: code.value.trim() } })).recovery_codes;
  };
  if (codes.value) {
    return html`
      <${Dialog} title=${t("codes.keep")} onClose=${onClose} actions=${html`<${Button} kind="primary" onClick=${onClose}>${t("codes.kept")}<//>`}>
        <p>${t("codes.keepWords")}</p>
        <ul class="recovery-codes" aria-label=${t("codes.recovery")}>${codes.value.map((one) => html`<li key=${one}><code>${one}</code></li>`)}</ul>
        <${Copy} text=${codes.value.join("\n")} label=${t("codes.copyAll")} />
      <//>`;
  }
  return html`
    <${Ask} title=${t("totp.renew")} action=${t("totp.renewDo")} work=${work} onDone=${() => undefined} onClose=${onClose}>${(/** @type {unknown} */ problem) => html`
      <p>${t("totp.renewWords")}</p>
      <${Field} label=${t("codes.code")} name="totp" inputmode="numeric" autocomplete="one-time-code" maxlength="64" takesFocus value=${code.value} error=${errorAt(problem, "/totp")} onInput=${(/** @type {string} */ value) => { code.value = value; }} />`}<//>`;
}

/** @param {{ onClose: () => void }} props */
export function RemoveCodes({ onClose }) {
  const values = useSignal({ password: "", code: "" });
  const set = (/** @type {Partial<typeof values.value>} */ part) => { values.value = { ...values.value, ...part }; };
  const work = async () => {
    await api.post("/v1/totp/removal", { body: { password: values.value.password, ...codeOf(values.value.code.trim()) } });
    await loadSession();
  };
  return html`
    <${Ask} title=${t("totp.removeTitle")} action=${t("totp.remove")} kind="danger" work=${work} onDone=${onClose} onClose=${onClose}>${() => html`
      <p>${t("totp.removeWords")}</p>
      <${Field} label=${t("codes.password")} name="password" type="password" autocomplete="current-password" takesFocus value=${values.value.password} onInput=${(/** @type {string} */ password) => set({ password })} />
      <${Field} label=${t("signIn.code")} hint=${t("signIn.codeHint")} name="totp" autocomplete="one-time-code" maxlength="64" value=${values.value.code} onInput=${(/** @type {string} */ code) => set({ code })} />`}<//>`;
}
