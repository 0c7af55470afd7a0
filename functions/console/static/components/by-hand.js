// A text that could not be copied, selected so that the reader can.

import { html, useEffect, useRef } from "../ui.js";
import { t } from "../i18n.js";

const MOST_ROWS = 10;

/** @param {{ text: string, label: string }} props */
export function ByHand({ text, label }) {
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useEffect(() => field.current?.select(), []);
  return html`<span class="by-hand"><span role="alert">${t("copy.byHand")}</span><textarea ref=${field} class="input mono" readonly rows=${Math.min(text.split("\n").length, MOST_ROWS)} aria-label=${label}>${text}</textarea></span>`;
}
