// The bar below a page with changes: how many, discard, save.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { Button } from "./button.js";

/** @param {{ changes: number, busy: boolean, onDiscard: () => void, onSave: () => void, off?: any, words?: any }} props */
export function SaveBar({ changes, busy, onDiscard, onSave, off, words }) {
  return html`
    <div class="save-bar">
      <span class="quiet">${words ?? (changes === 0 ? t("save.none") : t("save.changes", { n: changes }))}</span>
      <${Button} onClick=${onDiscard} off=${changes === 0}>${t("save.discard")}<//>
      <${Button} kind="primary" busy=${busy} off=${off ?? changes === 0} onClick=${onSave}>${changes === 0 ? t("save.plain") : t("save.save", { n: changes })}<//>
    </div>`;
}
