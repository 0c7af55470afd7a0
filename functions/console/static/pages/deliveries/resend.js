// Sending all failed messages of an organization again, after a channel was put right.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { useSending } from "../../sending.js";
import { CHANNELS } from "../../messages/channels.js";
import { Button } from "../../components/button.js";
import { Chips } from "../../components/chip.js";
import { Dialog } from "../../components/dialog.js";
import { Select } from "../../components/select.js";

/** @typedef {import("../../api.js").Schemas} Schemas */

const HOUR = 3_600_000;
const SINCE = /** @type {const} */ ([["1", 1], ["24", 24], ["168", 168], ["", 0]]);

/** @param {{ organization: string, channel: string, names: Record<string, string>, onClose: () => void }} props */
export function ResendFailed({ organization, channel, names, onClose }) {
  const of = useSignal(channel);
  const since = useSignal("24");
  const done = useSignal(/** @type {{ resent: number, left: number, all: boolean } | null} */ (null));
  const sending = useSending({ names });
  const send = () => sending.send(async () => {
    const hours = Number(since.value);
    const body = { organization_id: organization, channel: /** @type {Schemas["Channel"] | null} */ (of.value || null), since: hours ? new Date(Date.now() - hours * HOUR).toISOString() : null };
    let cursor = /** @type {string | null | undefined} */ (null);
    done.value = { resent: 0, left: 0, all: false };
    do {
      /** @type {Schemas["FailedResent"]} */
      const answer = await api.post("/v1/notifications/resend", { body: { ...body, cursor } });
      cursor = answer.next_cursor;
      done.value = { resent: done.value.resent + answer.resent, left: done.value.left + answer.left_out, all: !cursor };
    } while (cursor);
  });
  const channels = [{ value: "", label: t("deliveries.anyChannel") }, ...CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))];
  const over = done.value?.all;
  return html`
    <${Dialog} title=${t("resend.title")} onClose=${onClose} actions=${html`
      <${Button} onClick=${onClose}>${t(over ? "resend.close" : "confirm.cancel")}<//>
      ${!over && html`<${Button} kind="primary" busy=${sending.busy} onClick=${send}>${t("resend.do")}<//>`}`}>
      ${!over && html`
        <p>${t("resend.words")}</p>
        <${Select} label=${t("deliveries.channel")} value=${of.value} options=${channels} onChange=${(/** @type {string} */ value) => { of.value = value; }} />
        <${Chips} legend=${t("resend.since")} value=${since.value} options=${SINCE.map(([value]) => ({ value, label: t(`resend.since.${value}`) }))} onChange=${(/** @type {string} */ value) => { since.value = value; }} />`}
      <div role="status">${done.value && html`<p><b>${t("resend.resent", { n: done.value.resent })}</b></p>${done.value.left > 0 && html`<p class="quiet">${t("resend.left", { n: done.value.left })}</p>`}`}</div>
      ${sending.problem}
    <//>`;
}
