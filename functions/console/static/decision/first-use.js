// Lets the time of an approval begin with its first use, for what is needed on a day that nobody knows yet.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { Check } from "../components/check.js";
import { Chips } from "../components/chip.js";

/** Within how many days it may be used for the first time. */
const WITHIN = [1, 7, 30];

/** @param {{ decision: { within: import("@preact/signals").Signal<number | null> }, off: boolean }} props */
export function FirstUse({ decision, off }) {
  const within = decision.within.value;
  const options = WITHIN.map((days) => ({ value: String(days), label: t("firstUse.within", { n: days }) }));
  return html`
    <${Check} checked=${within !== null} off=${off} onChange=${(/** @type {boolean} */ on) => { decision.within.value = on ? WITHIN[1] : null; }}>${t("firstUse.begins")}<//>
    ${within !== null && html`<${Chips} legend=${t("firstUse.by")} value=${String(within)} options=${options} off=${off} onChange=${(/** @type {string} */ days) => { decision.within.value = Number(days); }} />`}`;
}
