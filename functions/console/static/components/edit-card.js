// A card whose fields are saved together. What is not allowed is disabled with the reason, which stands in the card, as what the server
// refused does: above the fields.

import { html, useSignal } from "../ui.js";
import { t } from "../i18n.js";
import { useSending } from "../sending.js";
import { Button } from "./button.js";
import { Card } from "./card.js";
import { Note } from "./note.js";
import { submitByKey } from "./send-key.js";

/**
 * @param {{
 *   title: any, end?: any, draft: { dirty: boolean, discard: () => void, sends: () => void }, save: () => Promise<unknown>, off?: any, reload?: () => unknown,
 *   names?: Record<string, string>, children: (problem: unknown) => any
 * }} props
 */
export function EditCard({ title, end, draft, save, off, reload, names, children }) {
  const sending = useSending({ names, reload });
  const saved = useSignal(false);
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (off || !draft.dirty) return;
    saved.value = false;
    draft.sends();
    saved.value = await sending.send(save);
  };
  const foot = html`
    <div class="edit-foot">
      ${!draft.dirty && saved.value && html`<span class="quiet" role="status">${t("save.saved")}</span>`}
      ${draft.dirty && html`<span class="quiet">${t("save.unsaved")}</span><${Button} onClick=${draft.discard}>${t("save.discard")}<//>`}
      <${Button} type="submit" kind=${draft.dirty ? "primary" : "plain"} busy=${sending.busy} off=${off ?? (draft.dirty ? undefined : t("save.nothing"))}>${t("save.do")}<//>
    </div>`;
  return html`
    <form method="post" onSubmit=${submit} onKeyDown=${submitByKey}>
      <${Card} title=${title} end=${end} foot=${foot}>
        <div class="form">
          ${off && html`<${Note} icon="lock">${off}<//>`}
          ${sending.problem}
          ${children(sending.caught)}
        </div>
      <//>
    </form>`;
}
