// What is on record about an administrator: the entries of the System Audit.

import { html } from "../../ui.js";
import { hasText, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useMay } from "../../may.js";
import { usePages } from "../../pages.js";
import { namesOf } from "../../places.js";
import { Empty } from "../../components/empty.js";
import { Loaded, Skeleton } from "../../components/loaded.js";
import { ShowMore } from "../../components/more.js";
import { Note } from "../../components/note.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";

/** @typedef {import("../../api.js").Schemas["AdministratorView"]} Administrator */
/** @typedef {import("../../api.js").Schemas["AuditEntry"]} Entry */

/** @param {{ one: Administrator }} props */
export function Record({ one }) {
  const may = useMay(one.organization.id, ["system-audit.view"], namesOf([one.organization]));
  const off = may.off("system-audit.view");
  if (!may.asked) return html`<div class="padded"><${Skeleton} rows=${5} /></div>`;
  if (off) return html`<div class="update-body update-column"><${Note} icon="lock" title=${t("record.off")}>${off}<//></div>`;
  return html`<${Entries} one=${one} />`;
}

/** @param {{ one: Administrator }} props */
function Entries({ one }) {
  const list = usePages((cursor, signal) => api.get("/v1/audit/system", { query: { organization_id: one.organization.id, about: one.id, cursor }, signal }), [one.id]);
  return html`<${Loaded} resource=${list} rows=${5} names=${namesOf([one.organization])}>${(/** @type {{ items: Entry[] }} */ { items }) => (items.length === 0 ? html`<${Empty} title=${t("record.none")} />` : html`
    <div class="update-body update-column">
      <ul class="record">${items.map((entry) => html`<li key=${entry.id}><span><b>${actOf(entry)}</b> <span class="quiet"><${Actor} entry=${entry} /></span></span><span class="quiet small"><${Time} at=${entry.at} as="moment" /></span></li>`)}</ul>
      <${ShowMore} list=${list} />
    </div>`)}<//>`;
}

/** "administrator.permissions-changed" → "Permissions changed". @param {Entry} entry */
function actOf({ act }) {
  const key = `act.${act}`;
  if (hasText(key)) return t(key);
  const words = act.replace(/[.-]/g, " ");
  return words[0].toUpperCase() + words.slice(1);
}

/** @param {{ entry: Entry }} props */
function Actor({ entry: { actor } }) {
  if (actor.kind === "administrator") return html`<${Text} text=${actor.name} />`;
  const key = { computer: "record.computer", "set-up": "record.setUp", "managing-organization": "person.managing", anonymous: "record.anonymous", operator: "record.operator", system: "record.self" }[actor.kind];
  return html`${t(key)}`;
}
