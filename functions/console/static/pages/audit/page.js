// `/audit/system` and `/audit/unified`: what is on record, newest first. What is searched and which entry is open are in the address.

import { html, useEffect, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { here, query, setQuery } from "../../router.js";
import { usePages } from "../../pages.js";
import { namesOf, organizationOf, useOrganizations } from "../../places.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Empty } from "../../components/empty.js";
import { Field } from "../../components/field.js";
import { Loaded } from "../../components/loaded.js";
import { Menu } from "../../components/menu.js";
import { ShowMore } from "../../components/more.js";
import { PageHead } from "../../components/page-head.js";
import { OrganizationFilter } from "../../components/place-filters.js";
import { useNarrow } from "../../components/table.js";
import { Select } from "../../components/select.js";
import { plainly } from "../../components/text.js";
import { Chain } from "./chain.js";
import { download } from "./download.js";
import { AuditEntry } from "./entry.js";
import { useNames } from "./names.js";

export const styles = [import.meta.resolve("../../styles/fleet.css"), import.meta.resolve("./page.css")];

/** @typedef {import("./sentences.js").Entry} Entry */

const ID = /^[a-z]{3}_[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

export default function Audit() {
  const which = here.value.path.endsWith("/unified") ? "unified" : "system";
  const organization = organizationOf(query.value.get("organization"));
  const about = query.value.get("about") ?? "";
  const organizations = useOrganizations().data?.items;
  const path = which === "system" ? "/v1/audit/system" : "/v1/audit/unified";
  const list = usePages((cursor, signal) => api.get(/** @type {"/v1/audit/system"} */ (path), { query: { organization_id: organization, about, cursor }, signal }), [path, organization, about]);
  const items = list.data?.items ?? [];
  const names = useNames(organization, items);
  return html`
    <${PageHead} title=${t(`audit.${which}`)} below=${html`<p class="quiet small">${t(`audit.${which}Words`)}</p>`}
      end=${items.length > 0 && html`<${Download} items=${items} name=${`${which}-audit`} />`} />
    <div class="page-body">
      <div class="filters">
        <${OrganizationFilter} organizations=${organizations} organization=${organization} />
        <${PersonFilter} people=${names.people} about=${about} />
        <${AboutField} about=${about} />
      </div>
      ${which === "system" && html`<${Chain} key=${organization} organization=${organization} names=${namesOf(organizations)} />`}
      <${Loaded} resource=${list} rows=${8} names=${namesOf(organizations)}>${(/** @type {{ items: Entry[], cursor: string | null }} */ shown) => html`
        <${Entries} which=${which} shown=${shown} list=${list} names=${names} organization=${organization} about=${about} />`}<//>
    </div>`;
}

/** @param {{ which: string, shown: { items: Entry[], cursor: string | null }, list: any, names: import("./sentences.js").Names, organization: string, about: string }} props */
function Entries({ which, shown, list, names, organization, about }) {
  const open = query.value.get("entry");
  if (shown.items.length === 0 && !shown.cursor) return html`<${Nothing} which=${which} about=${about} />`;
  return html`
    <${Card} padded=${false}>
      ${shown.items.length === 0 && html`<p class="padded quiet">${t("audit.lookFurther")}</p>`}
      <ol class="audit-entries" aria-label=${t("audit.list")}>
        ${shown.items.map((entry) => html`<${AuditEntry} key=${entry.id} entry=${entry} names=${names} elsewhere=${entry.organization_id !== organization} open=${entry.id === open} />`)}
      </ol>
      <${ShowMore} list=${list} />
    <//>`;
}

/** @param {{ which: string, about: string }} props */
function Nothing({ which, about }) {
  if (!about) return html`<${Empty} title=${t("audit.none")}>${t(which === "system" ? "audit.noneSystem" : "audit.noneUnified")}<//>`;
  const clear = html`<${Button} onClick=${() => setQuery({ about: null, entry: null })}>${t("audit.clear")}<//>`;
  return html`<${Empty} title=${t("audit.noMatch")} action=${clear}>${t("audit.noMatchWords")}<//>`;
}

/** @param {{ items: Entry[], name: string }} props */
function Download({ items, name }) {
  const narrow = useNarrow();
  const label = t("audit.download", { n: items.length });
  const as = (/** @type {"csv" | "jsonl"} */ form) => ({ label: t(`audit.${form}`), icon: "download", onClick: () => download(items, form, name) });
  return html`<${Menu} label=${label} icon="download" text=${narrow ? undefined : label} items=${[as("csv"), as("jsonl")]} />`;
}

/** Entries by and about one person. @param {{ people: Record<string, string>, about: string }} props */
function PersonFilter({ people, about }) {
  const known = Object.entries(people).map(([value, name]) => ({ value, label: plainly(name) })).sort((one, other) => one.label.localeCompare(other.label));
  const unknown = about.startsWith("adm_") && !people[about] ? [{ value: about, label: t("audit.thisPerson") }] : [];
  const value = about.startsWith("adm_") ? about : "";
  return html`<${Select} label=${t("audit.person")} value=${value} options=${[{ value: "", label: t("audit.anybody") }, ...unknown, ...known]} onChange=${(/** @type {string} */ chosen) => setQuery({ about: chosen, entry: null })} />`;
}

/** @param {{ about: string }} props */
function AboutField({ about }) {
  const typed = useSignal(about);
  const wrong = useSignal(false);
  useEffect(() => {
    typed.value = about;
    wrong.value = false;
  }, [about]);
  const find = (/** @type {Event} */ event) => {
    event.preventDefault();
    const id = typed.value.trim();
    wrong.value = Boolean(id) && !ID.test(id);
    if (!wrong.value) setQuery({ about: id, entry: null });
  };
  return html`
    <form class="audit-find" role="search" method="post" onSubmit=${find}>
      <${Field} label=${t("audit.about")} name="about" maxlength="64" autocomplete="off" spellcheck=${false} value=${typed.value} error=${wrong.value ? t("audit.notId") : undefined} onInput=${(/** @type {string} */ value) => { typed.value = value; wrong.value = false; }} />
      <${Button} type="submit">${t("audit.find")}<//>
    </form>`;
}
