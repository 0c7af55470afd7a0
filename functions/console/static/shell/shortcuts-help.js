// What the keys do, under "?".

import { html, signal } from "../ui.js";
import { t } from "../i18n.js";
import { useKeys } from "../keyboard.js";
import { Button } from "../components/button.js";
import { Dialog } from "../components/dialog.js";

export const helpOpen = signal(false);

const KEYS = [
  ["j", "k"], ["Enter"], ["x", "Shift+x"], ["a", "d"], ["e"], ["t"], ["n"], ["c"], ["g"], ["/"], ["Esc"], ["Ctrl+Enter"],
];

export function ShortcutsHelp() {
  useKeys({ "?": () => { helpOpen.value = true; } });
  if (!helpOpen.value) return null;
  const close = () => {
    helpOpen.value = false;
  };
  return html`
    <${Dialog} title=${t("keys.title")} onClose=${close} actions=${html`<${Button} onClick=${close}>${t("keys.close")}<//>`}>
      <dl class="keys">${KEYS.map((keys) => html`<div><dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${t(`keys.${keys[0]}`)}</dd></div>`)}</dl>
      <p class="quiet">${t("keys.off")} <a href="/me" onClick=${close}>${t("me.settings")}</a></p>
    <//>`;
}
