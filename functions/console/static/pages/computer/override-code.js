// The override code: behind a button, because every reading is recorded.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useSending } from "../../sending.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Copy } from "../../components/copy.js";
import { Note } from "../../components/note.js";
import { Time } from "../../components/time.js";

/** @param {import("./page.js").PartProps} props */
export function OverrideCode({ computer, may, names }) {
  const read = useSignal(/** @type {import("../../api.js").Schemas["OverrideCode"] | null} */ (null));
  const sending = useSending({ names });
  const off = may.off("override-codes.view");
  const params = { organization_id: computer.organization_id, computer_id: computer.id };
  const show = () => sending.send(async () => {
    read.value = await api.get("/v1/organizations/{organization_id}/computers/{computer_id}/override-code", { params });
  });
  const code = read.value;
  return html`
    <${Card} title=${t("override.title")}>
      <div class="stack">
        <p class="hint">${t("override.words")}</p>
        ${off && html`<${Note} icon="lock">${off}<//>`}
        ${code
          ? html`<div class="command"><code class="override-code" dir="ltr">${code.code}</code><${Copy} text=${code.code} label=${t("override.copy")} /></div>
            <p class="small quiet">${rich("override.until", { time: html`<${Time} at=${code.valid_until} as="moment" />` })}</p>
            <div><${Button} size="small" onClick=${() => { read.value = null; }}>${t("override.hide")}<//></div>`
          : html`<div><${Button} icon="key" busy=${sending.busy} off=${off} onClick=${show}>${t("override.read")}<//></div>`}
        ${sending.problem}
      </div>
    <//>`;
}
