// What is on record about an administrator: the entries of the System Audit.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { useMay } from "../../may.js";
import { usePages } from "../../pages.js";
import { namesOf } from "../../places.js";
import { Empty } from "../../components/empty.js";
import { Loaded, Skeleton } from "../../components/loaded.js";
import { ShowMore } from "../../components/more.js";
import { Note } from "../../components/note.js";
import { Time } from "../../components/time.js";
import { Sentence } from "../audit/entry.js";
import { useNames } from "../audit/names.js";

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

/** Each says what was done, and leads to its details in the audit. @param {{ one: Administrator }} props */
function Entries({ one }) {
  const about = { organization_id: one.organization.id, about: one.id };
  const list = usePages((cursor, signal) => api.get("/v1/audit/system", { query: { ...about, cursor }, signal }), [one.id]);
  const names = useNames(one.organization.id, list.data?.items ?? []);
  const at = (/** @type {Entry} */ { id }) => `/audit/system?${new URLSearchParams({ organization: one.organization.id, about: one.id, entry: id })}`;
  return html`<${Loaded} resource=${list} rows=${5} names=${namesOf([one.organization])}>${(/** @type {{ items: Entry[] }} */ { items }) => (items.length === 0 ? html`<${Empty} title=${t("record.none")} />` : html`
    <div class="update-body update-column">
      <ul class="record">${items.map((entry) => html`<li key=${entry.id}><a href=${at(entry)}><${Sentence} entry=${entry} names=${names} /></a><span class="quiet small"><${Time} at=${entry.at} as="moment" /></span></li>`)}</ul>
      <${ShowMore} list=${list} />
    </div>`)}<//>`;
}
