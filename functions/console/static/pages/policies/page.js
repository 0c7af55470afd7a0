// `/policies`: the groups of an organization with what of their policies is not deployed yet, and its tags.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { PAGE, everything } from "../../everything.js";
import { useResource } from "../../resource.js";
import { query, withQuery } from "../../router.js";
import { mayBeUseful } from "../../session.js";
import { namesOf, organizationOf, useGroups, useOrganizations } from "../../places.js";
import { OrganizationFilter } from "../../components/place-filters.js";
import { Badge } from "../../components/badge.js";
import { Card } from "../../components/card.js";
import { Empty } from "../../components/empty.js";
import { Icon } from "../../components/icon.js";
import { Later, partOf } from "../../components/later.js";
import { Loaded } from "../../components/loaded.js";
import { PageHead } from "../../components/page-head.js";
import { Tabs } from "../../components/tabs.js";
import { Text } from "../../components/text.js";
import { Deploy } from "../group-policies/deploy.js";
import { useDrafts } from "../group-policies/drafts.js";

export const styles = [import.meta.resolve("../../styles/fleet.css"), import.meta.resolve("../group-policies/page.css")];

/** @typedef {import("../../api.js").Schemas["PolicyView"]} Policy */

const loadTags = partOf(() => import("./tags.js"), "Tags", "tags");

export default function Policies() {
  const organizations = useOrganizations();
  const organization = organizationOf(query.value.get("organization"));
  const names = namesOf(organizations.data?.items);
  const tags = query.value.get("tab") === "tags";
  const tabs = [{ href: withQuery({ tab: null }), label: t("policies.tab.groups"), on: !tags }, { href: withQuery({ tab: "tags" }), label: t("policies.tags"), on: tags }];
  return html`
    <${PageHead} title=${t("policies.title")} tabs=${(tags || mayBeUseful("tags.view")) && html`<${Tabs} label=${t("policies.parts")} tabs=${tabs} />`} />
    <div class="page-body">
      <div class="filters"><${OrganizationFilter} organizations=${organizations.data?.items} organization=${organization} /></div>
      ${tags ? html`<${Later} load=${loadTags} organization=${organization} names=${names} />` : html`<${Groups} organizations=${organizations.data?.items ?? []} organization=${organization} names=${names} />`}
    </div>`;
}

/** @param {{ organizations: import("../../places.js").Organization[], organization: string, names: Record<string, string> }} props */
function Groups({ organizations, organization, names }) {
  const groups = useGroups(organization);
  const drafts = useDrafts(organization, null, names);
  const policies = useResource((signal) => everything((cursor) => api.get("/v1/organizations/{organization_id}/policies", { params: { organization_id: organization }, query: { limit: PAGE, cursor }, signal })), [organization]);
  const below = organizations.filter((one) => one.parent_id === organization);
  return html`
    <${Loaded} resource=${policies} names=${names}>${(/** @type {{ items: Policy[] }} */ { items: all }) => html`<${Loaded} resource=${groups} names=${names}>${(/** @type {any[]} */ items) => (items.length === 0
      ? html`<${Card} padded=${false}><${NoGroups} organization=${organization} below=${below} /><//>`
      : html`<${Card} padded=${false} title=${t("policies.groups", { n: items.length })}><ul class="item-lines">${items.map((group) => html`<${GroupLine} key=${group.id} group=${group} policies=${all.filter((one) => one.group_id === group.id)} difference=${drafts.data?.comparison.groups.find((one) => one.group_id === group.id)} />`)}</ul><//>
        <${Deploy} drafts=${drafts} organization=${organization} names=${names} />`)}<//>`}<//>`;
}

/** @param {{ group: { id: string, name: string, organization_id: string }, policies: Policy[], difference: { policies: unknown[] } | undefined }} props */
function GroupLine({ group, policies, difference }) {
  const told = policies.filter(({ notify }) => notify.enabled).length;
  return html`
    <li><a class="item-line item-link" href=${`/groups/${group.id}/policies?organization=${group.organization_id}`}>
      <span class="item-words"><b><${Text} text=${group.name} /></b><span class="quiet small">${policies.length ? rich("policies.line", { policies: t("policies.n", { n: policies.length }), told }) : t("policies.noneShort")}</span></span>
      ${difference && html`<${Badge} kind="warn">${t("policies.differ", { n: difference.policies.length })}<//>`}<${Icon} name="forward" small /></a></li>`;
}

/** @param {{ organization: string, below: { id: string, name: string }[] }} props */
function NoGroups({ organization, below }) {
  if (!below.length) return html`<${Empty} title=${t("policies.noGroups")} action=${html`<a class="button button-primary" href=${`/organizations/${organization}`}>${t("policies.makeGroup")}</a>`}>${t("policies.noGroupsWords")}<//>`;
  return html`<${Empty} title=${t("policies.noGroupsHere")} action=${html`<div class="chips">${below.slice(0, 12).map((one) => html`<a key=${one.id} class="chip" href=${`/policies?organization=${one.id}`}><${Text} text=${one.name} cut /></a>`)}</div>`}>${t("policies.noGroupsHereWords")}<//>`;
}
