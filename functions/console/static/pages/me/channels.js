// Channels to tick: the usual ones, and those of a kind of event.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { Check } from "../../components/check.js";
import { Select } from "../../components/select.js";
import { CHANNELS, KINDS } from "./settings.js";

/** @typedef {import("./settings.js").Channel} Channel */
/** @typedef {import("./settings.js").Kind} Kind */

/** @param {{ legend: string, hint?: string, hideLegend?: boolean, phone: boolean, chosen: Channel[], onChange: (channels: Channel[]) => void }} props */
export function Channels({ legend, hint, hideLegend, phone, chosen, onChange }) {
  const tick = (/** @type {Channel} */ channel) => (/** @type {boolean} */ on) => onChange(CHANNELS.filter((each) => (each === channel ? on : chosen.includes(each))));
  // A number may have been taken away since text messages were chosen: those can be left out, and not be chosen.
  const off = (/** @type {Channel} */ channel) => channel === "sms" && !phone && !chosen.includes(channel);
  return html`
    <fieldset class="options-set"><legend class=${hideLegend ? "only-read" : "field-label"}>${legend}</legend>
      ${hint && html`<p class="hint">${hint}</p>`}
      <div class="me-channels">${CHANNELS.map((channel) => html`<${Check} key=${channel} checked=${chosen.includes(channel)} off=${off(channel)} onChange=${tick(channel)}>${t(`notice.channel.${channel}`)}<//>`)}</div>
      ${!phone && !hideLegend && html`<p class="hint">${t("notice.noPhone")}</p>`}
    </fieldset>`;
}

/** @param {{ phone: boolean, chosen: Partial<Record<Kind, Channel[]>>, usual: Channel[], onChange: (chosen: Partial<Record<Kind, Channel[]>>) => void }} props */
export function ByKind({ phone, chosen, usual, onChange }) {
  return html`
    <div class="stack" role="group" aria-label=${t("notice.byKind")}>
      <div><p class="field-label">${t("notice.byKind")}</p><p class="hint">${t("notice.byKindHint")}</p></div>
      <div class="me-kinds">${KINDS.map((kind) => html`<${One} key=${kind} kind=${kind} phone=${phone} channels=${chosen[kind]} usual=${usual} onChange=${(/** @type {Channel[] | undefined} */ channels) => {
        const { [kind]: _, ...rest } = chosen;
        onChange(channels ? { ...rest, [kind]: channels } : rest);
      }} />`)}</div>
    </div>`;
}

/** @param {{ kind: Kind, phone: boolean, channels: Channel[] | undefined, usual: Channel[], onChange: (channels: Channel[] | undefined) => void }} props */
function One({ kind, phone, channels, usual, onChange }) {
  const way = !channels ? "usual" : channels.length ? "chosen" : "none";
  const choose = (/** @type {string} */ value) => onChange({ usual: undefined, none: [], chosen: usual.length ? usual : [CHANNELS[0]] }[value]);
  const options = ["usual", "chosen", "none"].map((value) => ({ value, label: t(`notice.way.${value}`) }));
  return html`
    <div class="me-kind">
      <${Select} label=${t(`notice.kind.${kind}`)} value=${way} options=${options} onChange=${choose} />
      ${way === "chosen" && html`<${Channels} hideLegend legend=${t(`notice.kind.${kind}`)} phone=${phone} chosen=${channels ?? []} onChange=${onChange} />`}
    </div>`;
}
