// `/organizations` and `/organizations/:id`: the tree of organizations, and one of them with its groups and settings.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { useMay } from "../../may.js";
import { useResource } from "../../resource.js";
import { query, withQuery } from "../../router.js";
import { namesOf, organizationOf, useOrganizations } from "../../places.js";
import { Button } from "../../components/button.js";
import { Later } from "../../components/later.js";
import { Loaded } from "../../components/loaded.js";
import { Menu } from "../../components/menu.js";
import { useOpening } from "../../components/opening.js";
import { PageHead } from "../../components/page-head.js";
import { Refusals } from "../../components/refusals.js";
import { Text } from "../../components/text.js";
import { useNarrow } from "../../components/narrow.js";
import { Tabs } from "../../components/tabs.js";
import { Groups } from "./groups.js";
import { Tree } from "./tree.js";

export const styles = [import.meta.resolve("../../styles/fleet.css"), import.meta.resolve("./page.css")];

/** @typedef {import("../../api.js").Schemas["OrganizationView"]} Organization */

const TABS = /** @type {const} */ (["groups", "settings", "branding", "notifications"]);
const loaders = {
  settings: async () => (await import("./settings.js")).Settings,
  branding: async () => (await import("./branding.js")).Branding,
  notifications: async () => (await import("./notifications.js")).Notifications,
};
const loadCreate = async () => (await import("./dialogs.js")).CreateOrganization;
const loadRename = async () => (await import("./dialogs.js")).RenameOrganization;
const loadDelete = async () => (await import("./dialogs.js")).DeleteOrganization;

/** @type {import("../../api.js").Schemas["Action"][]} */
const ACTIONS = ["organizations.create", "organizations.edit-general", "organizations.delete-empty", "organizations.edit-branding",
  "notifications.view", "computer-groups.view", "computer-groups.create", "computer-groups.rename", "computer-groups.delete", "computer-groups.set-version", "computer-groups.set-update-channel", "computers.enroll"];

/** @param {{ params: { id?: string } }} props */
export default function Organizations({ params }) {
  const narrow = useNarrow();
  const all = useOrganizations();
  const id = organizationOf(params.id ?? null);
  if (narrow && !params.id) {
    return html`<${PageHead} title=${t("organizations.title")} /><${Loaded} resource=${all} rows=${6}>${(/** @type {any} */ { items, complete }) => html`<${Tree} organizations=${items} complete=${complete} current="" />`}<//>`;
  }
  return html`
    <div class=${narrow ? "stack organizations" : "organizations organizations-two"}>
      ${!narrow && html`<aside class="organizations-tree" aria-label=${t("organizations.title")}><${Loaded} resource=${all} rows=${6}>${(/** @type {any} */ { items, complete }) => html`<${Tree} organizations=${items} complete=${complete} current=${id} />`}<//></aside>`}
      <div><${One} key=${id} id=${id} all=${all} narrow=${narrow} /></div>
    </div>`;
}

/** @param {{ id: string, all: ReturnType<typeof useOrganizations>, narrow: boolean }} props */
function One({ id, all, narrow }) {
  const organization = useResource((signal) => api.get("/v1/organizations/{organization_id}", { params: { organization_id: id }, signal }), [id]);
  const known = all.data?.items.find((one) => one.id === id);
  const parent = all.data?.items.find((one) => one.id === organization.data?.parent_id);
  const names = { ...namesOf(all.data?.items), ...(organization.data ? { [id]: organization.data.name } : {}) };
  const may = useMay(id, ACTIONS, names);
  const open = useOpening(/** @type {"create" | "rename" | "delete" | null} */ (null));
  const close = open.close;
  const changed = () => {
    close();
    organization.reload();
    all.reload();
  };
  const name = organization.data?.name ?? known?.name ?? t("organizations.one");
  const back = narrow ? { href: "/organizations", label: t("organizations.title") } : parent && { href: `/organizations/${parent.id}`, label: html`<${Text} text=${parent.name} />` };
  const tab = TABS.find((one) => one === query.value.get("tab")) ?? "groups";
  const tabs = TABS.map((one) => ({ href: withQuery({ tab: one === "groups" ? null : one, group: null }), label: t(`organizations.tab.${one}`), on: one === tab }));
  const end = html`
    ${!narrow && html`<${Button} size="small" icon="plus" off=${may.off("organizations.create")} onClick=${() => { open.show("create"); }}>${t("organizations.newBelow")}<//>`}
    <${Menu} label=${t("organizations.more")} items=${[
      narrow && { label: t("organizations.newBelow"), icon: "plus", off: may.off("organizations.create"), onClick: () => { open.show("create"); } },
      { label: t("organizations.rename"), icon: "note", off: may.off("organizations.edit-general"), onClick: () => { open.show("rename"); } },
      { label: t("organizations.delete"), icon: "close", bad: true, off: may.off("organizations.delete-empty"), onClick: () => { open.show("delete"); } },
    ]} />`;
  return html`
    <${PageHead} title=${name} shown=${html`<${Text} text=${name} />`} back=${back || undefined} end=${end} tabs=${html`<${Tabs} label=${t("organizations.tabs")} tabs=${tabs} />`} />
    <div class="page-body">
      <${Loaded} resource=${organization} names=${names}>${(/** @type {Organization} */ found) => (tab === "groups"
        ? html`<${Groups} organization=${found} may=${may} names=${names} />`
        : html`<${Later} key=${tab} load=${loaders[tab]} organization=${found} may=${may} names=${names} reload=${changed} parent=${parent} />`)}<//>
      ${tab === "groups" && html`<${Refusals} may=${may} names=${names} actions=${[["organizations.create", t("organizations.newBelow")], ["organizations.edit-general", t("organizations.rename")]]} />`}
    </div>
    ${open.what === "create" && html`<${Later} load=${loadCreate} parent=${organization.data ?? known} names=${names} onClose=${close} onDone=${changed} />`}
    ${open.what === "rename" && organization.data && html`<${Later} load=${loadRename} organization=${organization.data} names=${names} onClose=${close} onDone=${changed} reload=${organization.reload} />`}
    ${open.what === "delete" && organization.data && html`<${Later} load=${loadDelete} organization=${organization.data} names=${names} onClose=${close} reload=${organization.reload} onDone=${all.reload} />`}`;
}
