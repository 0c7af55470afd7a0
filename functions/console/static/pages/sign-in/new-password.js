// A new password, entered twice.

import { html, useEffect, useRef, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { Field } from "../../components/field.js";

/** @param {{ value: string, onInput: (value: string) => void, error?: string, label?: string }} props */
export function NewPassword({ value, onInput, error, label = t("password.new") }) {
  const again = useSignal("");
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const second = box.current?.querySelector("input[name=password-again]");
    if (second instanceof HTMLInputElement) second.setCustomValidity(again.value === value ? "" : t("password.differ"));
  }, [value, again.value]);
  const common = { type: "password", autocomplete: "new-password", required: true, minlength: 12, maxlength: 128 };
  return html`
    <div class="form" ref=${box}>
      <${Field} label=${label} name="password" hint=${t("password.hint")} error=${error} value=${value} onInput=${onInput} ...${common} />
      <${Field} label=${t("password.again")} name="password-again" value=${again.value} onInput=${(/** @type {string} */ text) => { again.value = text; }} ...${common} />
    </div>`;
}

/** The token of a link: it stays in the fragment, which browsers never send to a server. */
export const linkToken = () => location.hash.slice(1);
