// The foot of a panel with changes: the bar of the desktop; on a phone two lines, and everything on "Review and save".

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { useNoTabs } from "../shell/phone-tabs.js";
import { Button } from "../components/button.js";
import { Dialog } from "../components/dialog.js";
import { useOpening } from "../components/opening.js";
import { SaveBar } from "../components/save-bar.js";

/**
 * @param {{ changes: number, busy: boolean, off: any, words: any, title: string, short: any, children: any, alone: boolean, onDiscard: () => void, onSave: () => Promise<unknown> }} props
 * `short`: the two lines; `children`: everything that saving changes; `alone`: the panel is the whole page
 */
export function SaveFoot({ changes, busy, off, words, title, short, children, alone, onDiscard, onSave }) {
  const review = useOpening();
  useNoTabs(alone);
  if (!alone) return html`<${SaveBar} changes=${changes} busy=${busy} words=${words} off=${off} onDiscard=${onDiscard} onSave=${onSave} />`;
  if (changes === 0) return words ? html`<div class="save-bar phone-save"><p>${words}</p></div>` : null;
  const close = review.close;
  const save = async () => {
    await onSave();
    close();
  };
  return html`
    <div class="save-bar phone-save">
      ${short}
      <div class="phone-save-buttons"><${Button} size="large" onClick=${onDiscard}>${t("save.discard")}<//><${Button} size="large" kind="primary" onClick=${() => { review.show(true); }}>${t("saving.review")}<//></div>
    </div>
    ${review.what && html`
      <${Dialog} title=${title} onClose=${close} actions=${html`<${Button} onClick=${close}>${t("saving.back")}<//><${Button} kind="primary" busy=${busy} off=${off} onClick=${save}>${t("save.save", { n: changes })}<//>`}>
        ${children}
      <//>`}`;
}
