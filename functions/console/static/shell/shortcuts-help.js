// What the keys do, under "?".

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { helpOpen } from "./help-open.js";
import { Button } from "../components/button.js";
import { Dialog } from "../components/dialog.js";

const KEYS = [
  ["j", "k"], ["Enter"], ["x", "Shift+x"], ["a", "d"], ["e"], ["t"], ["n"], ["c"], ["g"], ["/"], ["Esc"], ["Ctrl+Enter"],
];

export function ShortcutsHelp() {
  const close = () => {
    helpOpen.value = false;
  };
  return html`
    <${Dialog} title=${t("keys.title")} onClose=${close} actions=${html`<${Button} onClick=${close}>${t("keys.close")}<//>`}>
      <dl class="keys">${KEYS.map((keys) => html`<div><dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${t(`keys.${keys[0]}`)}</dd></div>`)}</dl>
      <p class="quiet">${t("keys.off")} <a href="/me" onClick=${close}>${t("me.settings")}</a></p>
    <//>`;
}
