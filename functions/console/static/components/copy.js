// Copies a whole text, also where only a part of it is shown.

import { html, useEffect, useSignal } from "../ui.js";
import { t } from "../i18n.js";
import { announce } from "../announce.js";
import { Button } from "./button.js";

const SHOWN = 2000;

/** @param {{ text: string, label: string, shown?: string, alone?: boolean }} props `shown`: other words than "Copy"; `alone`: only the icon */
export function Copy({ text, label, shown, alone }) {
  const copied = useSignal(false);
  useEffect(() => {
    if (!copied.value) return undefined;
    const timer = setTimeout(() => {
      copied.value = false;
    }, SHOWN);
    return () => clearTimeout(timer);
  }, [copied.value]);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    copied.value = true;
    announce(t("copy.done"), 0);
  };
  const words = copied.value ? t("copy.done") : shown ?? t("copy.do");
  return html`<${Button} kind="bare" size="small" icon=${copied.value ? "check" : "copy"} label=${label} onClick=${copy}>${alone ? undefined : words}<//>`;
}
