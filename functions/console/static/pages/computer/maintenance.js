// Maintenance mode: what the agent does differently for a while. It ends by itself.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useSending } from "../../sending.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Chips } from "../../components/chip.js";
import { Note } from "../../components/note.js";
import { Options } from "../../components/options.js";
import { Time } from "../../components/time.js";

const MODES = /** @type {const} */ (["monitor_only", "learning", "installation", "tamper_protection_off", "secured"]);
const HOUR = 3_600_000;
/** @type {Record<string, number>} */
const LASTS = { "1": HOUR, "4": 4 * HOUR, "8": 8 * HOUR, "24": 24 * HOUR, "168": 168 * HOUR };

/** @param {import("./page.js").PartProps} props */
export function Maintenance({ computer, may, names, reload }) {
  const mode = useSignal(/** @type {string} */ (""));
  const lasts = useSignal("4");
  const sending = useSending({ names, reload });
  const off = may.off("computers.set-maintenance-mode");
  const present = computer.maintenance;
  const set = async (/** @type {string} */ wanted) => {
    const until = wanted === "off" ? null : new Date(Date.now() + LASTS[lasts.value] - 1000).toISOString();
    const params = { organization_id: computer.organization_id, computer_id: computer.id };
    const done = await sending.send(() => api.post("/v1/organizations/{organization_id}/computers/{computer_id}/maintenance", { params, body: { mode: /** @type {any} */ (wanted), until }, ifMatch: computer.revision }));
    if (done) reload();
  };
  const options = MODES.map((value) => ({ value, title: t(`maintenance.${value}`), detail: t(`maintenance.${value}.words`) }));
  const spans = Object.keys(LASTS).map((value) => ({ value, label: t(`maintenance.for.${value}`) }));
  return html`
    <${Card} title=${t("maintenance.title")} end=${present ? rich("maintenance.until", { time: html`<${Time} at=${present.until} as="day" />` }) : t("maintenance.none")}>
      <div class="form">
        ${off && html`<${Note} icon="lock">${off}<//>`}
        ${present && html`<${Note} kind="info" icon="settings" title=${t(`maintenance.${present.mode}`)}>${rich("maintenance.now", { time: html`<${Time} at=${present.until} as="moment" />` })}<//>
          <div><${Button} size="small" busy=${sending.busy} off=${off} onClick=${() => set("off")}>${t("maintenance.end")}<//></div>`}
        <${Options} legend=${t(present ? "maintenance.another" : "maintenance.choose")} options=${options} value=${mode.value} off=${Boolean(off)} onChange=${(/** @type {string} */ value) => { mode.value = value; }} />
        ${mode.value && html`
          <${Chips} legend=${t("maintenance.for")} value=${lasts.value} options=${spans} onChange=${(/** @type {string} */ value) => { lasts.value = value; }} />
          <div><${Button} kind="primary" busy=${sending.busy} off=${off} onClick=${() => set(mode.value)}>${t("maintenance.set")}<//></div>`}
        ${sending.problem}
      </div>
    <//>`;
}
