// The bar below a page with changes: how many, discard, save.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { useKeys } from "../keyboard.js";
import { Button } from "./button.js";

/** @param {{ changes: number, busy: boolean, onDiscard: () => void, onSave: () => void, off?: any, words?: any }} props */
export function SaveBar({ changes, busy, onDiscard, onSave, off, words }) {
  const why = off ?? changes === 0;
  useKeys({ "Ctrl+Enter": () => { if (!why && !busy) onSave(); } });
  return html`
    <div class="save-bar">
      <span class="quiet">${words ?? (changes === 0 ? t("save.none") : t("save.changes", { n: changes }))}</span>
      <${Button} onClick=${onDiscard} off=${changes === 0}>${t("save.discard")}<//>
      <${Button} kind="primary" busy=${busy} off=${why} onClick=${onSave}>${changes === 0 ? t("save.plain") : t("save.save", { n: changes })}<//>
    </div>`;
}
