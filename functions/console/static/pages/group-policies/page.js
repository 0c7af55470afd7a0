// `/groups/:id/policies`: the policies of a group in the order in which they match, the chosen one, the draft against what is
// live, deploying, and the versions.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { PAGE, everything } from "../../everything.js";
import { ifMay } from "../../may.js";
import { useResource } from "../../resource.js";
import { query, withQuery } from "../../router.js";
import { namesOf, organizationOf, useOrganizations } from "../../places.js";
import { Badge } from "../../components/badge.js";
import { Later } from "../../components/later.js";
import { Loaded } from "../../components/loaded.js";
import { PageHead } from "../../components/page-head.js";
import { Refusals } from "../../components/refusals.js";
import { Tabs } from "../../components/tabs.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";
import { useNarrow } from "../../components/narrow.js";
import { Deploy } from "./deploy.js";
import { Differences } from "./differences.js";
import { useDrafts } from "./drafts.js";
import { PolicyList } from "./list.js";
import { Policy } from "./policy.js";

export const styles = [import.meta.resolve("../../styles/fleet.css"), import.meta.resolve("./page.css")];

/** @typedef {import("../../api.js").Schemas["PolicyView"]} PolicyView */

const loadVersions = async () => (await import("./versions.js")).Versions;

/** @param {{ params: { id: string } }} props */
export default function GroupPolicies({ params }) {
  const organization = organizationOf(query.value.get("organization"));
  const of = { organization_id: organization };
  const versions = query.value.get("tab") === "versions";
  const names = namesOf(useOrganizations().data?.items);
  const group = useResource((signal) => ifMay("computer-groups.view", organization, () => api.get("/v1/organizations/{organization_id}/groups/{group_id}", { params: { ...of, group_id: params.id }, signal }), null, signal), [organization, params.id]);
  const readDeployments = (/** @type {AbortSignal} */ signal) => api.get("/v1/organizations/{organization_id}/deployments", { params: of, signal });
  // On their own tab they are what the page is about.
  const deployments = useResource((signal) => (versions ? readDeployments(signal) : ifMay("application-policies.view", organization, () => readDeployments(signal), null, signal)), [organization, versions]);
  const drafts = useDrafts(organization, params.id, names);
  const live = deployments.data?.items.find((one) => one.live);
  const differs = drafts.data?.ofGroup?.groups.length;
  const name = group.data?.name ?? t("policies.group");
  const tabs = [{ href: withQuery({ tab: null, version: null }), label: t("policies.tab.draft"), on: !versions }, { href: withQuery({ tab: "versions" }), label: t("policies.tab.versions"), on: versions, n: deployments.data ? String(deployments.data.items.length) : undefined }];
  const beside = html`${differs ? html`<${Badge} kind="warn">${t("policies.draftDiffers")}<//>` : null}
    <span class="quiet small">${live?.deployed_at ? rich("policies.liveSince", { n: live.policy_version, time: html`<${Time} at=${live.deployed_at} as="day" />` }) : deployments.data && t("policies.neverDeployed")}</span>`;
  const back = { href: `/policies?organization=${organization}`, label: names[organization] ? html`<${Text} text=${names[organization]} />` : t("policies.title") };
  const reload = () => {
    drafts.reload();
    deployments.reload();
  };
  return html`
    <${PageHead} title=${t("policies.of", { name })} shown=${html`<${Text} text=${name} />`} back=${back} beside=${beside} tabs=${html`<${Tabs} label=${t("policies.tabs")} tabs=${tabs} />`} />
    ${versions
      ? html`<div class="page-body"><${Later} load=${loadVersions} organization=${organization} group=${params.id} names=${names} deployments=${deployments} drafts=${drafts} reload=${reload} /></div>`
      : html`<${Draft} organization=${organization} group=${params.id} names=${names} drafts=${drafts} reload=${reload} />`}`;
}

/** @param {{ organization: string, group: string, names: Record<string, string>, drafts: import("./drafts.js").Drafts, reload: () => void }} props */
function Draft({ organization, group, names, drafts, reload }) {
  const narrow = useNarrow();
  const policies = useResource((signal) => inOrder(organization, group, signal), [organization, group]);
  const changed = async () => {
    const failed = await policies.reload();
    reload();
    return failed;
  };
  const wanted = query.value.get("policy");
  const { may } = drafts;
  const from = drafts.data?.comparison.from ?? 0;
  const differing = drafts.data?.ofGroup?.groups[0];
  return html`
    <div class="page-body">
      <${Loaded} resource=${policies} names=${names}>${(/** @type {{ items: PolicyView[] }} */ { items }) => {
        const chosen = items.find(({ id }) => id === wanted) ?? (narrow ? undefined : items[0]);
        const list = html`<${PolicyList} policies=${items} chosen=${chosen?.id} organization=${organization} group=${group} may=${may} names=${names} differing=${differing} reload=${changed} />`;
        const policy = chosen && html`<${Policy} key=${chosen.id} policy=${chosen} may=${may} names=${names} live=${liveAddresses(chosen, differing)} differs=${changesSinceLive(chosen, differing)} reload=${changed} />`;
        const rest = html`
          <${Differences} title=${t("differences.title")} group=${differing} titles=${[from ? t("differences.live", { n: from }) : t("differences.before"), t("differences.draft")]} none=${t("differences.none")} />
          <${Deploy} drafts=${drafts} organization=${organization} names=${names} onDeployed=${changed} />
          <${Refusals} may=${may} names=${names} actions=${[["application-policies.create", t("policies.new")], ["application-policies.move", t("policies.order")], ["application-policies.delete", t("policy.delete")]]} />`;
        if (narrow) return chosen ? html`<a class="page-back" href=${withQuery({ policy: null })}>${t("policies.backToList")}</a>${policy}` : html`${list}${rest}`;
        return html`<div class="policies-two"><div>${list}</div><div class="stack">${policy}${rest}</div></div>`;
      }}<//>
    </div>`;
}

/** All policies of a group, in the order in which they match; the list of the server has another one. @param {string} organization @param {string} group @param {AbortSignal} signal */
async function inOrder(organization, group, signal) {
  const { items } = await everything((cursor) => api.get("/v1/organizations/{organization_id}/policies", { params: { organization_id: organization }, query: { group_id: group, limit: PAGE, cursor }, signal }));
  return { items: items.sort((one, other) => one.order - other.order) };
}

/** How many parts of the draft can go back to what is live. @param {PolicyView} policy @param {import("../../api.js").Schemas["GroupDifference"] | undefined} differing */
function changesSinceLive(policy, differing) {
  const found = differing?.policies.find((one) => one.policy_id === policy.id);
  return found && !found.changes.includes("added") ? found.changes.length : 0;
}

/** The addresses that are live: the others of the draft are marked as new. @param {PolicyView} policy @param {import("../../api.js").Schemas["GroupDifference"] | undefined} differing */
function liveAddresses(policy, differing) {
  const found = differing?.policies.find((one) => one.policy_id === policy.id);
  if (!found) return policy.notify.addresses ?? [];
  if (found.changes.includes("added")) return [];
  return found.changes.includes("notify") ? found.before?.notify?.addresses ?? [] : policy.notify.addresses ?? [];
}
