// The choice of a maintenance mode and of how long it lasts: for one computer, and for several.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { Chips } from "../components/chip.js";
import { Options } from "../components/options.js";

const MODES = /** @type {const} */ (["monitor_only", "learning", "installation", "tamper_protection_off", "secured"]);
const HOUR = 3_600_000;
/** As long as the server lets one last. */
const WEEK = 168;
const LASTS = [1, 4, 8, 24, WEEK];
/** How long it lasts where nobody has chosen. */
export const USUAL = "4";

/** When it ends, a second early: the longest one must not be too long. @param {string} mode @param {string} hours */
export const endOf = (mode, hours) => (mode === "off" ? null : new Date(Date.now() + Number(hours) * HOUR - 1000).toISOString());

/** @param {{ legend: string, mode: import("@preact/signals").Signal<string>, lasts: import("@preact/signals").Signal<string>, off?: boolean, ends?: boolean }} props `mode` is empty while none is chosen; `ends`: the modes in force can be ended, too */
export function MaintenanceChoice({ legend, mode, lasts, off, ends }) {
  const options = [...MODES, ...(ends ? ["off"] : [])].map((value) => ({ value, title: t(`maintenance.${value}`), detail: t(`maintenance.${value}.words`) }));
  const spans = LASTS.map((hours) => ({ value: String(hours), label: t(`maintenance.for.${hours}`) }));
  return html`
    <${Options} legend=${legend} options=${options} value=${mode.value} off=${off} onChange=${(/** @type {string} */ value) => { mode.value = value; }} />
    ${mode.value && mode.value !== "off" && html`<${Chips} legend=${t("maintenance.for")} value=${lasts.value} options=${spans} onChange=${(/** @type {string} */ value) => { lasts.value = value; }} />`}`;
}
