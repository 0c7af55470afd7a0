// Connecting a computer: a key, the command to copy, and what has enrolled with it so far. The key is shown once.

import { html, useSignal } from "../ui.js";
import { rich, t } from "../i18n.js";
import { api } from "../api.js";
import { useRepeated } from "../resource.js";
import { useSending } from "../sending.js";
import { announce } from "../announce.js";
import { Button } from "../components/button.js";
import { Chips } from "../components/chip.js";
import { Copy } from "../components/copy.js";
import { Dialog } from "../components/dialog.js";
import { Field } from "../components/field.js";
import { Time } from "../components/time.js";
import { errorAt } from "../components/problem.js";
import { SYSTEMS, enrollCommand, system } from "./agent.js";

/** @typedef {import("../api.js").Schemas["EnrollmentKeyView"]} Key */

const HOUR = 3_600_000;
/** @type {Record<string, number | null>} */
const LASTS = { hour: HOUR, day: 24 * HOUR, month: 30 * 24 * HOUR, ever: null };
const EVERY = 3000;

/** @param {{ group: { id: string, organization_id: string, name: string }, off?: any, names: Record<string, string>, onClose: () => void, onMade: () => void }} props */
export function Connect({ group, off, names, onClose, onMade }) {
  const made = useSignal(/** @type {Key | null} */ (null));
  const values = useSignal({ name: "", lasts: "day", uses: "" });
  const sending = useSending({ names });
  const params = { organization_id: group.organization_id, group_id: group.id };
  const set = (/** @type {Partial<typeof values.value>} */ part) => { values.value = { ...values.value, ...part }; };
  const make = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (off) return;
    const { name, lasts, uses } = values.value;
    const span = LASTS[lasts];
    const body = { name: name.trim() || null, expires_at: span ? new Date(Date.now() + span).toISOString() : null, max_uses: uses ? Number(uses) : null };
    const done = await sending.send(async () => {
      made.value = await api.post("/v1/organizations/{organization_id}/groups/{group_id}/enrollment-keys", { params, body });
    });
    if (done) onMade();
  };
  if (made.value) return html`<${Command} made=${made.value} group=${group} onClose=${onClose} />`;
  const lasts = Object.keys(LASTS).map((value) => ({ value, label: t(`connect.lasts.${value}`) }));
  return html`
    <${Dialog} title=${t("connect.title", { group: group.name })} onClose=${onClose} actions=${html`<${Button} onClick=${onClose}>${t("confirm.cancel")}<//><${Button} kind="primary" busy=${sending.busy} off=${off} onClick=${(/** @type {MouseEvent} */ event) => { make(event); }}>${t("connect.make")}<//>`}>
      <p class="quiet">${t("connect.words")}</p>
      ${off}
      <form class="form" method="post" onSubmit=${make}>
        <${Chips} legend=${t("connect.lasts")} value=${values.value.lasts} options=${lasts} onChange=${(/** @type {string} */ value) => set({ lasts: value })} />
        <${Field} label=${t("connect.uses")} hint=${t("connect.usesHint")} name="uses" type="number" min="1" max="1000000" inputmode="numeric" value=${values.value.uses} error=${errorAt(sending.caught, "/max_uses")} onInput=${(/** @type {string} */ uses) => set({ uses })} />
        <${Field} label=${t("connect.name")} hint=${t("connect.nameHint")} name="name" maxlength="200" value=${values.value.name} error=${errorAt(sending.caught, "/name")} onInput=${(/** @type {string} */ name) => set({ name })} />
      </form>
      ${sending.problem}
    <//>`;
}

/** @param {{ made: Key, group: { id: string, organization_id: string, name: string }, onClose: () => void }} props */
function Command({ made, group, onClose }) {
  const uses = useSignal(0);
  useRepeated(async () => {
    const { items } = await api.get("/v1/organizations/{organization_id}/groups/{group_id}/enrollment-keys", { params: { organization_id: group.organization_id, group_id: group.id } });
    const present = items.find((key) => key.id === made.id)?.uses ?? 0;
    if (present !== uses.value) announce(t("connect.enrolled", { n: present }), 0);
    uses.value = present;
  }, EVERY);
  const systems = SYSTEMS.map((value) => ({ value, label: t(`connect.system.${value}`) }));
  const command = enrollCommand(system.value, made.key);
  const limits = [made.expires_at ? rich("enrolKeys.until", { time: html`<${Time} at=${made.expires_at} as="moment" />` }) : t("enrolKeys.forever"), made.max_uses ? t("connect.most", { n: made.max_uses }) : t("connect.any")];
  return html`
    <${Dialog} title=${t("connect.runTitle")} onClose=${onClose} actions=${html`<${Button} onClick=${onClose}>${t("connect.close")}<//>`}>
      <p>${rich("connect.run", { group: group.name })}</p>
      <${Chips} legend=${t("connect.system")} hideLegend value=${system.value} options=${systems} onChange=${(/** @type {string} */ value) => { system.value = value; }} />
      <div class="command"><code dir="ltr">${command}</code><${Copy} text=${command} label=${t("connect.copy")} /></div>
      <p class="row small"><span class=${uses.value ? "dot" : "dot dot-warn"}></span><span>${uses.value ? t("connect.enrolled", { n: uses.value }) : t("connect.waiting")}</span></p>
      <p class="quiet small">${t("connect.once")} ${limits[0]}. ${limits[1]}.</p>
    <//>`;
}
