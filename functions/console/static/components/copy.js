// Copies a whole text, also where only a part of it is shown.

import { html, useEffect, useSignal } from "../ui.js";
import { t } from "../i18n.js";
import { announce } from "../announce.js";
import { copyText } from "../clipboard.js";
import { Button } from "./button.js";
import { Later, partOf } from "./later.js";

const loadByHand = partOf(() => import("./by-hand.js"), "ByHand");

const SHOWN = 2000;

/** @param {{ text: string, label: string, shown?: string, alone?: boolean }} props `shown`: other words than "Copy"; `alone`: only the icon */
export function Copy({ text, label, shown, alone }) {
  const copied = useSignal(false);
  const failed = useSignal(false);
  useEffect(() => {
    if (!copied.value) return undefined;
    const timer = setTimeout(() => {
      copied.value = false;
    }, SHOWN);
    return () => clearTimeout(timer);
  }, [copied.value]);
  const copy = async () => {
    copied.value = await copyText(text);
    failed.value = !copied.value;
    if (copied.value) announce(t("copy.done"), 0);
  };
  const words = copied.value ? t("copy.done") : shown ?? t("copy.do");
  if (failed.value) return html`<${Later} load=${loadByHand} text=${text} label=${label} />`;
  return html`<${Button} kind="bare" size="small" icon=${copied.value ? "check" : "copy"} label=${label} onClick=${copy}>${alone ? undefined : words}<//>`;
}
