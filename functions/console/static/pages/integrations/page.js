// `/integrations`: named targets of an organization's notifications. What is behind one is written, and never shown again.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { usePages } from "../../pages.js";
import { query } from "../../router.js";
import { namesOf, organizationOf, useOrganizations } from "../../places.js";
import { useMay } from "../../may.js";
import { useOpening } from "../../components/opening.js";
import { OrganizationFilter } from "../../components/place-filters.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Empty } from "../../components/empty.js";
import { Later } from "../../components/later.js";
import { Loaded } from "../../components/loaded.js";
import { ShowMore } from "../../components/more.js";
import { PageHead } from "../../components/page-head.js";
import { Refusals } from "../../components/refusals.js";
import { IntegrationRow } from "./row.js";

export const styles = import.meta.resolve("../../messages/messages.css");

/** @typedef {import("../../api.js").Schemas["IntegrationView"]} Integration */
/** @typedef {{ dialog: "new" } | { dialog: "replace" | "delete" | "secret", one: Integration }} Open */

const loaders = {
  new: async () => (await import("./dialogs.js")).NewIntegration,
  replace: async () => (await import("./dialogs.js")).ReplaceTarget,
  delete: async () => (await import("./dialogs.js")).DeleteIntegration,
  secret: async () => (await import("./dialogs.js")).Secret,
};

export default function Integrations() {
  const organization = organizationOf(query.value.get("organization"));
  const organizations = useOrganizations();
  const names = namesOf(organizations.data?.items);
  const list = usePages((cursor, signal) => api.get("/v1/organizations/{organization_id}/integrations", { params: { organization_id: organization }, query: { cursor }, signal }), [organization], { keep: "integrations" });
  const may = useMay(organization, ["integrations.create", "integrations.delete"], names);
  const open = useOpening(/** @type {Open | null} */ (null));
  const close = open.close;
  // A new signing key is shown once: the dialog that has it takes the place of the one that made it.
  const saved = (/** @type {Integration} */ one) => {
    if (one.secret) open.show({ dialog: "secret", one });
    else close();
    list.reload();
  };
  const fresh = () => { open.show({ dialog: "new" }); };
  const add = html`<${Button} size="small" kind="primary" off=${may.off("integrations.create")} onClick=${fresh}>${t("integrations.new")}<//>`;
  const at = open.what;
  return html`
    <${PageHead} title=${t("integrations.title")} end=${list.data?.items.length ? add : undefined} />
    <div class="page-body">
      <div class="filters"><${OrganizationFilter} organizations=${organizations.data?.items} organization=${organization} /></div>
      <${Loaded} resource=${list} names=${names} rows=${4}>${(/** @type {{ items: Integration[] }} */ { items }) => (items.length === 0
        ? html`<${Card} padded=${false}><${Empty} title=${t("integrations.none")} action=${html`<${Button} kind="primary" off=${may.off("integrations.create")} onClick=${fresh}>${t("integrations.new")}<//>`}>${t("integrations.noneWords")}<//><//>`
        : html`<${Card} padded=${false}><ul class="item-lines">${items.map((one) => html`<${IntegrationRow} key=${one.id} one=${one} may=${may} changed=${list.reload} onReplace=${() => { open.show({ dialog: "replace", one }); }} onDelete=${() => { open.show({ dialog: "delete", one }); }} />`)}</ul><//>`)}<//>
      <${ShowMore} list=${list} />
      <p class="small quiet">${t("integrations.providers")} <a href=${`/deliveries?organization=${organization}&tab=channels`}>${t("integrations.health")}</a></p>
      <${Refusals} may=${may} names=${names} actions=${[["integrations.create", `${t("integrations.new")}, ${t("integrations.replace")}, ${t("test.short")}`], ["integrations.delete", t("integrations.delete")]]} />
    </div>
    ${at && html`<${Later} key=${at.dialog} load=${loaders[at.dialog]} one=${"one" in at ? at.one : null} organization=${organization} names=${names} reload=${list.reload} onClose=${close} onDone=${at.dialog === "delete" ? () => { close(); list.reload(); } : saved} />`}`;
}
