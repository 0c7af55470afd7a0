// One flag: which file, who flagged it, when and why, where it counts, and clearing it.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { Button } from "../../components/button.js";
import { Hash } from "../../components/hash.js";
import { FileName, Quote, nameInPlain } from "../../components/text.js";
import { Time } from "../../components/time.js";

/** @typedef {import("./page.js").Flag} Flag */

/** @param {Flag["actor"]} actor */
const nameOf = (actor) => ("name" in actor && actor.name ? actor.name : t("person.managing"));

/** @param {{ one: Flag, at: import("../../components/near-list.js").At, off: any, onClear: () => void }} props */
export function FlagRow({ one, at, off, onClear }) {
  const time = html`<${Time} at=${one.at} />`;
  return html`
    <li class="flag" ...${at}>
      <div class="flag-what">
        ${one.request_id ? html`<a class="item-link" href=${`/requests/${one.request_id}`}><b><${FileName} name=${one.file_name} /></b></a>` : html`<b><${FileName} name=${one.file_name} /></b>`}
        <p class="quiet small">${rich("flags.by", { name: nameOf(one.actor), time })} ${one.organization ? rich("flags.at", { organization: one.organization.name }) : t("flags.atAbove")}</p>
        ${one.note && html`<${Quote} text=${one.note} />`}
        ${one.sha256 && html`<p class="small quiet"><${Hash} hash=${one.sha256} /></p>`}
      </div>
      <${Button} size="small" off=${off} label=${t("flags.clearOne", { name: nameInPlain(one.file_name) })} onClick=${onClear}>${t("flag.clear")}<//>
    </li>`;
}
