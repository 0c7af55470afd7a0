// `/audit/system` and `/audit/unified`: what is on record, newest first. What is searched and which entry is open are in the address.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { here, query, setQuery } from "../../router.js";
import { usePages } from "../../pages.js";
import { namesOf, organizationOf, useOrganizations } from "../../places.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Empty } from "../../components/empty.js";
import { ExportMenu } from "../../components/export-menu.js";
import { Loaded } from "../../components/loaded.js";
import { ShowMore } from "../../components/more.js";
import { NearList } from "../../components/near-list.js";
import { PageHead } from "../../components/page-head.js";
import { OrganizationFilter } from "../../components/place-filters.js";
import { SearchField } from "../../components/search-field.js";
import { Chain } from "./chain.js";
import { AuditEntry } from "./entry.js";
import { ExportState, useAuditExport } from "./export.js";
import { ActFilter, ActorFilter, auditQuery, filters, isNarrowed, MoreFilters, NONE } from "./filters.js";
import { useNames } from "./names.js";

export const styles = [import.meta.resolve("../../styles/fleet.css"), import.meta.resolve("./page.css")];

/** @typedef {import("./sentences.js").Entry} Entry */
/** @typedef {{ items: Entry[], cursor: string | null, looked: number }} Shown */

export default function Audit() {
  const which = here.value.path.endsWith("/unified") ? "unified" : "system";
  const organization = organizationOf(query.value.get("organization"));
  const chosen = filters();
  const wanted = auditQuery(organization, chosen);
  const organizations = useOrganizations().data?.items;
  const path = which === "system" ? "/v1/audit/system" : "/v1/audit/unified";
  const list = usePages((cursor, signal) => api.get(/** @type {"/v1/audit/system"} */ (path), { query: { ...wanted, cursor }, signal }), [path, ...Object.values(wanted)]);
  const names = useNames(organization, list.data?.items ?? []);
  const exporting = useAuditExport(which);
  return html`
    <${PageHead} title=${t(`audit.${which}`)} below=${html`<p class="quiet small">${t(`audit.${which}Words`)}</p>`}
      end=${list.data && html`<${ExportMenu} key=${path} exporting=${exporting} query=${wanted} words="audit.export" />`} />
    <div class="page-body">
      <${ExportState} exporting=${exporting} names=${namesOf(organizations)} />
      <div class="filters">
        <${OrganizationFilter} organizations=${organizations} organization=${organization} />
        <${ActFilter} act=${chosen.act} />
        <${ActorFilter} people=${names.people} actor=${chosen.actor} />
        <${SearchField} label=${t("audit.search")} hint=${t("audit.searchHint")} drops=${["entry"]} />
      </div>
      <${MoreFilters} chosen=${chosen} />
      ${which === "system" && html`<${Chain} key=${organization} organization=${organization} names=${namesOf(organizations)} ready=${list.data !== null} />`}
      <${Loaded} resource=${list} rows=${8} names=${namesOf(organizations)}>${(/** @type {Shown} */ shown) => html`
        <${Entries} which=${which} shown=${shown} list=${list} names=${names} organization=${organization} narrowed=${isNarrowed(chosen)} />`}<//>
    </div>`;
}

/** @param {{ which: string, shown: Shown, list: any, names: import("./sentences.js").Names, organization: string, narrowed: boolean }} props */
function Entries({ which, shown, list, names, organization, narrowed }) {
  const open = query.value.get("entry");
  if (shown.items.length === 0 && !shown.cursor) return html`<${Nothing} which=${which} narrowed=${narrowed} />`;
  return html`
    <${Card} padded=${false}>
      ${narrowed && shown.cursor && html`<p class="padded quiet">${t(shown.items.length ? "audit.looked" : "audit.lookFurther", { n: shown.looked })}</p>`}
      <${NearList} label=${t("audit.list")} name="audit-entries" ordered items=${shown.items} keyOf=${(/** @type {Entry} */ entry) => entry.id} current=${open} more=${shown.cursor !== null}
        row=${(/** @type {Entry} */ entry, /** @type {import("../../components/near-list.js").At} */ at) => html`<${AuditEntry} key=${entry.id} at=${at} entry=${entry} names=${names} elsewhere=${entry.organization_id !== organization} open=${entry.id === open} />`} />
      <${ShowMore} list=${list} />
    <//>`;
}

/** @param {{ which: string, narrowed: boolean }} props */
function Nothing({ which, narrowed }) {
  if (!narrowed) return html`<${Empty} title=${t("audit.none")}>${t(which === "system" ? "audit.noneSystem" : "audit.noneUnified")}<//>`;
  const clear = html`<${Button} onClick=${() => setQuery(NONE)}>${t("audit.clear")}<//>`;
  return html`<${Empty} title=${t("audit.noMatch")} action=${clear}>${t("audit.noMatchWords")}<//>`;
}
