// Maintenance mode: what the agent does differently for a while. It ends by itself.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { MaintenanceChoice, USUAL, endOf } from "../../fleet/maintenance-choice.js";
import { useSending } from "../../sending.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Note } from "../../components/note.js";
import { Time } from "../../components/time.js";

/** @param {import("./page.js").PartProps} props */
export function Maintenance({ computer, may, names, reload }) {
  const mode = useSignal(/** @type {string} */ (""));
  const lasts = useSignal(USUAL);
  const sending = useSending({ names, reload });
  const off = may.off("computers.set-maintenance-mode");
  const present = computer.maintenance;
  const set = async (/** @type {string} */ wanted) => {
    const params = { organization_id: computer.organization_id, computer_id: computer.id };
    const done = await sending.send(() => api.post("/v1/organizations/{organization_id}/computers/{computer_id}/maintenance", { params, body: { mode: /** @type {any} */ (wanted), until: endOf(wanted, lasts.value) }, ifMatch: computer.revision }));
    if (done) reload();
  };
  return html`
    <${Card} title=${t("maintenance.title")} end=${present ? rich("maintenance.until", { time: html`<${Time} at=${present.until} as="day" />` }) : t("maintenance.none")}>
      <div class="form">
        ${off && html`<${Note} icon="lock">${off}<//>`}
        ${present && html`<${Note} kind="info" icon="settings" title=${t(`maintenance.${present.mode}`)}>${rich("maintenance.now", { time: html`<${Time} at=${present.until} as="moment" />` })}<//>
          <div><${Button} size="small" busy=${sending.busy} off=${off} onClick=${() => set("off")}>${t("maintenance.end")}<//></div>`}
        <${MaintenanceChoice} legend=${t(present ? "maintenance.another" : "maintenance.choose")} mode=${mode} lasts=${lasts} off=${Boolean(off)} />
        ${mode.value && html`<div><${Button} kind="primary" busy=${sending.busy} off=${off} onClick=${() => set(mode.value)}>${t("maintenance.set")}<//></div>`}
        ${sending.problem}
      </div>
    <//>`;
}
