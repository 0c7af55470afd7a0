// The dialog of a step that is undone with effort or not at all: it names the object, says what will happen and how to undo
// it. The safe button comes first and has the focus; what cannot be undone is typed.

import { html, useSignal } from "../ui.js";
import { t } from "../i18n.js";
import { useSending } from "../sending.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";
import { Field } from "./field.js";

/**
 * @param {{
 *   title: string, action: string, work: () => Promise<unknown>, onDone: () => void, onClose: () => void, children?: any, safe?: string,
 *   typed?: string, off?: any, kind?: "danger" | "primary", names?: Record<string, string>, reload?: () => unknown
 * }} props `typed`: what must be typed first; `off`: why it cannot be done
 */
export function Confirm({ title, action, work, onDone, onClose, children, safe, typed, off, kind = "danger", names, reload }) {
  const text = useSignal("");
  const sending = useSending({ names, reload });
  const wrong = typed !== undefined && text.value.trim() !== typed.trim();
  const send = async () => {
    if (await sending.send(work)) onDone();
  };
  return html`
    <${Dialog} title=${title} onClose=${onClose} actions=${html`
      <${Button} onClick=${onClose}>${safe ?? t("confirm.cancel")}<//>
      <${Button} kind=${kind} busy=${sending.busy} off=${off ?? (wrong ? t("confirm.typeFirst") : undefined)} onClick=${send}>${action}<//>`}>
      ${children}${off}
      ${typed !== undefined && html`<${Field} label=${t("confirm.type", { typed })} name="typed" autocomplete="off" value=${text.value} onInput=${(/** @type {string} */ value) => { text.value = value; }} />`}
      ${sending.problem}
    <//>`;
}
