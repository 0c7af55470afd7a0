// What is on record about an administrator: the entries of the System Audit.

import { html } from "../../ui.js";
import { hasText, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useAnswer } from "../../people/may.js";
import { usePages } from "../../people/pages.js";
import { Button } from "../../components/button.js";
import { Empty } from "../../components/empty.js";
import { Skeleton } from "../../components/loaded.js";
import { Note } from "../../components/note.js";
import { ProblemNote } from "../../components/problem.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";

/** @typedef {import("../../api.js").Schemas["AdministratorView"]} Administrator */
/** @typedef {import("../../api.js").Schemas["AuditEntry"]} Entry */

/** @param {{ one: Administrator }} props */
export function Record({ one }) {
  const { asked, off } = useAnswer(one.organization, "system-audit.view");
  if (!asked) return html`<div class="padded"><${Skeleton} rows=${5} /></div>`;
  if (off) return html`<div class="update-body update-column"><${Note} icon="lock" title=${t("record.off")}>${off}<//></div>`;
  return html`<${Entries} one=${one} />`;
}

/** @param {{ one: Administrator }} props */
function Entries({ one }) {
  const list = usePages((cursor, signal) => api.get("/v1/audit/system", { query: { organization_id: one.organization.id, about: one.id, cursor }, signal }), `record ${one.id}`);
  const items = list.items.value;
  const problem = list.problem.value;
  if (problem !== null) return html`<div class="padded"><${ProblemNote} problem=${problem} names=${{ [one.organization.id]: one.organization.name }} /></div>`;
  if (!items) return html`<div class="padded"><${Skeleton} rows=${5} /></div>`;
  if (!items.length) return html`<${Empty} title=${t("record.none")} />`;
  return html`
    <div class="update-body update-column">
      <ul class="record">${items.map((entry) => html`<li key=${entry.id}><span><b>${actOf(entry)}</b> <span class="quiet"><${Actor} entry=${entry} /></span></span><span class="quiet small"><${Time} at=${entry.at} as="moment" /></span></li>`)}</ul>
      ${list.cursor.value !== null && html`<div><${Button} busy=${list.loading.value} onClick=${() => list.more()}>${t("people.more")}<//></div>`}
    </div>`;
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
  const key = { computer: "record.computer", "set-up": "record.setUp", "managing-organization": "person.managing", anonymous: "record.anonymous", system: "record.self" }[actor.kind];
  return html`${t(key)}`;
}
