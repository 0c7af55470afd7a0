// Signing in: what others can do about an administrator's sessions and one-time codes.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useMay } from "../../may.js";
import { namesOf } from "../../places.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Confirm } from "../../components/confirm.js";
import { Note } from "../../components/note.js";
import { useOpening } from "../../components/opening.js";
import { plainly } from "../../components/text.js";
import { Time } from "../../components/time.js";

/** @typedef {import("../../api.js").Schemas["AdministratorView"]} Administrator */

/** @param {{ one: Administrator }} props */
export function Sessions({ one }) {
  const open = useOpening();
  const removed = useSignal(false);
  const off = useMay(one.organization.id, ["administrators.reset-password"], namesOf([one.organization])).off("administrators.reset-password");
  return html`
    <div class="update-body update-column">
      <${Card} title=${t("sessions.title")}><p>${one.last_sign_in_at ? rich("sessions.last", { time: html`<${Time} at=${one.last_sign_in_at} />` }) : t("sessions.lastUnknown")}</p><p>${rich("sessions.words", { name: one.name })}</p><//>
      <${Card} title=${t("removeCodes.title")}>
        <div class="stack">
          <p>${rich("removeCodes.words", { name: one.name })}</p>
          ${off && html`<${Note} icon="lock" title=${t("sessions.off")}>${off}<//>`}
          ${removed.value ? html`<${Note} kind="good" role="status">${t("removeCodes.removed")}<//>` : html`<div><${Button} kind="deny" off=${off && true} onClick=${() => { open.show(true); }}>${t("removeCodes.remove")}<//></div>`}
        </div>
      <//>
      ${open.what && html`<${RemoveCodes} one=${one} onClose=${open.close} onDone=${() => { removed.value = true; open.close(); }} />`}
    </div>`;
}

/** @param {{ one: Administrator, onClose: () => void, onDone: () => void }} props */
function RemoveCodes({ one, onClose, onDone }) {
  const work = () => api.delete("/v1/administrators/{administrator_id}/totp", { params: { administrator_id: one.id } });
  return html`
    <${Confirm} title=${t("removeCodes.removeTitle", { name: plainly(one.name) })} action=${t("removeCodes.remove")} work=${work} names=${namesOf([one.organization])} onDone=${onDone} onClose=${onClose}>
      <p>${rich("removeCodes.removeWords", { name: one.name })}</p>
    <//>`;
}
