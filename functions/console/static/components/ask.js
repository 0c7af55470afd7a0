// A dialog with a short form: its fields, one button that sends them, and the server's errors above the fields and at them.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { useSending } from "../sending.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";
import { onSendKey } from "./send-key.js";

/**
 * @param {{
 *   title: string, action: string, work: () => Promise<unknown>, onDone: () => void, onClose: () => void, off?: any,
 *   names?: Record<string, string>, reload?: () => unknown, kind?: "primary" | "danger", children: (problem: unknown) => any
 * }} props
 */
export function Ask({ title, action, work, onDone, onClose, off, names, reload, kind = "primary", children }) {
  const sending = useSending({ names, reload });
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!off && await sending.send(work)) onDone();
  };
  const submit = (/** @type {MouseEvent} */ event) => { send(event); };
  return html`
    <${Dialog} title=${title} onClose=${onClose} actions=${html`
      <${Button} onClick=${onClose}>${t("confirm.cancel")}<//>
      <${Button} kind=${kind} busy=${sending.busy} off=${off} onClick=${submit}>${action}<//>`}>
      ${sending.problem}
      <form class="form" method="post" onSubmit=${send} onKeyDown=${onSendKey(send)}>${children(sending.caught)}</form>
    <//>`;
}
