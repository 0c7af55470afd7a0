// `/flags`: the files that are flagged as malicious, at an organization, above and below it; clearing a flag.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { usePages } from "../../pages.js";
import { query, setQuery } from "../../router.js";
import { namesOf, organizationOf, useOrganizations } from "../../places.js";
import { Card } from "../../components/card.js";
import { Check } from "../../components/check.js";
import { Confirm } from "../../components/confirm.js";
import { Empty } from "../../components/empty.js";
import { Loaded } from "../../components/loaded.js";
import { ShowMore } from "../../components/more.js";
import { NearList } from "../../components/near-list.js";
import { useOpening } from "../../components/opening.js";
import { PageHead } from "../../components/page-head.js";
import { OrganizationFilter } from "../../components/place-filters.js";
import { nameInPlain } from "../../components/text.js";
import { useMayClear } from "./may-clear.js";
import { FlagRow } from "./row.js";

export const styles = [import.meta.resolve("../../styles/fleet.css"), import.meta.resolve("./page.css")];

/** @typedef {import("../../api.js").Schemas["FlaggedFile"]} Flag */
/** @typedef {import("../../components/near-list.js").At} At */

export default function Flags() {
  const organization = organizationOf(query.value.get("organization"));
  const below = query.value.get("below") !== "0";
  const organizations = useOrganizations().data?.items;
  const names = namesOf(organizations);
  const list = usePages((cursor, signal) => api.get("/v1/flags", { query: { organization_id: organization, below, cursor }, signal }), [organization, below], { keep: "flags" });
  const offClear = useMayClear(list.data?.items ?? [], names);
  const clearing = useOpening(/** @type {Flag | null} */ (null));
  const { what: flag, close } = clearing;
  const work = () => api.delete("/v1/requests/{request_id}/flag", { params: { request_id: flag?.request_id ?? "" } });
  const cleared = () => {
    close();
    if (list.data) list.set({ ...list.data, items: list.data.items.filter((one) => one.flag_id !== flag?.flag_id) });
  };
  const row = (/** @type {Flag} */ one, /** @type {At} */ at) => html`<${FlagRow} key=${one.flag_id} at=${at} one=${one} off=${offClear(one)} onClear=${() => clearing.show(one)} />`;
  return html`
    <${PageHead} title=${t("flags.title")} below=${html`<p class="quiet small">${t("flags.words")}</p>`} />
    <div class="page-body">
      <div class="filters">
        <${OrganizationFilter} organizations=${organizations} organization=${organization} />
        <${Check} checked=${below} onChange=${(/** @type {boolean} */ on) => setQuery({ below: on ? null : "0" })}>${t("flags.below")}<//>
      </div>
      <${Loaded} resource=${list} names=${names} rows=${4}>${(/** @type {{ items: Flag[], cursor: string | null }} */ { items, cursor }) => (items.length === 0 && !cursor
        ? html`<${Card} padded=${false}><${Empty} title=${t("flags.none")}>${t("flags.noneWords")}<//><//>`
        : html`<${Card} padded=${false}><${NearList} label=${t("flags.title")} name="item-lines" items=${items} keyOf=${(/** @type {Flag} */ one) => one.flag_id} more=${cursor !== null} row=${row} /><//>`)}<//>
      <${ShowMore} list=${list} />
    </div>
    ${flag && html`
      <${Confirm} kind="primary" title=${t("flags.clearTitle", { name: nameInPlain(flag.file_name) })} action=${t("flag.clear")} safe=${t("flag.keep")} work=${work} onDone=${cleared} onClose=${close} names=${names}>
        <p>${flag.organization && rich("flags.clearWhere", { organization: flag.organization.name })} ${t("flag.clearWords")}</p>
      <//>`}`;
}
