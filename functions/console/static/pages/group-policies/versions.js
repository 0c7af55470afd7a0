// The versions that an organization keeps: what each changed, comparing one with what is live, deploying it again.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api, newKey } from "../../api.js";
import { useResource } from "../../resource.js";
import { query, withQuery } from "../../router.js";
import { Badge } from "../../components/badge.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Confirm } from "../../components/confirm.js";
import { Empty } from "../../components/empty.js";
import { Loaded } from "../../components/loaded.js";
import { Time } from "../../components/time.js";
import { Differences } from "./differences.js";

/** @typedef {import("../../api.js").Schemas["DeploymentView"]} Version */
/**
 * @typedef {{
 *   organization: string, group: string, names: Record<string, string>, drafts: import("./drafts.js").Drafts, reload: () => void,
 *   deployments: import("../../resource.js").Resource<{ items: Version[] } | null>
 * }} Props
 */

/** @param {Props} props */
export function Versions(props) {
  const { deployments, names, drafts } = props;
  const chosen = Number(query.value.get("version")) || 0;
  const deploying = useSignal(/** @type {Version | null} */ (null));
  const live = deployments.data?.items.find((one) => one.live)?.policy_version ?? 0;
  return html`
    <${Loaded} resource=${deployments} names=${names}>${(/** @type {{ items: Version[] }} */ { items }) => (items.length === 0
      ? html`<${Card} padded=${false}><${Empty} title=${t("versions.none")}>${t("versions.noneWords")}<//><//>`
      : html`<${Card} title=${t("versions.title")} padded=${false}><ul class="item-lines">${items.map((one) => html`<${Line} key=${one.policy_version} one=${one} on=${one.policy_version === chosen} off=${drafts.may.off("organizations.deploy")} onDeploy=${() => { deploying.value = one; }} />`)}</ul><//>`)}<//>
    ${chosen > 0 && live > 0 && chosen !== live && html`<${Compared} ...${props} version=${chosen} live=${live} />`}
    ${deploying.value && html`<${Again} ...${props} version=${deploying.value} onClose=${() => { deploying.value = null; }} />`}`;
}

/** @param {{ one: Version, on: boolean, off: any, onDeploy: () => void }} props */
function Line({ one, on, off, onDeploy }) {
  const { policy_version: n, deployed_at: at, deployed_by: by, restores, summary } = one;
  const parts = summary && Object.entries({ added: summary.added, removed: summary.removed, moved: summary.moved, changed: summary.changed }).filter(([, count]) => count > 0).map(([what, count]) => t(`deploy.${what}`, { n: count }));
  return html`
    <li class=${on ? "item-line item-on" : "item-line"}>
      <span class="item-words"><b>${t("deploy.version", { n })}</b><span class="quiet small">${at && rich(by ? "versions.by" : "versions.at", { time: html`<${Time} at=${at} as="moment" />`, name: by?.name ?? "" })}${restores ? ` · ${t("versions.restores", { n: restores })}` : ""}${parts?.length ? ` · ${parts.join(", ")}` : ""}</span></span>
      ${one.live ? html`<${Badge} kind="good">${t("versions.live")}<//>` : html`<a class="button button-plain button-small" href=${withQuery({ version: on ? null : String(n) })} aria-label=${t("versions.compareOne", { n })}>${t("versions.compare")}</a><${Button} size="small" off=${off} label=${t("versions.againOne", { n })} onClick=${onDeploy}>${t("versions.again")}<//>`}
    </li>`;
}

/** @param {Props & { version: number, live: number }} props */
function Compared({ organization, group, names, version, live }) {
  const comparison = useResource((signal) => api.get("/v1/organizations/{organization_id}/policies/changes", { params: { organization_id: organization }, query: { from: live, to: version, group_id: group }, signal }), [organization, group, version, live]);
  return html`<${Loaded} resource=${comparison} names=${names}>${(/** @type {import("../../api.js").Schemas["PolicyComparison"]} */ { groups }) => html`<${Differences} title=${t("versions.compared", { n: version })} group=${groups[0]} titles=${[t("differences.live", { n: live }), t("deploy.version", { n: version })]} none=${t("versions.same")} />`}<//>`;
}

/** @param {Props & { version: Version, onClose: () => void }} props */
function Again({ organization, names, version, reload, onClose }) {
  const key = useSignal(newKey());
  const n = version.policy_version;
  const comparison = useResource((signal) => api.get("/v1/organizations/{organization_id}/policies/changes", { params: { organization_id: organization }, query: { to: n }, signal }), [organization, n]);
  const work = () => api.post("/v1/organizations/{organization_id}/deploy", { params: { organization_id: organization }, body: { version: n }, key: key.value });
  const done = () => {
    onClose();
    reload();
  };
  return html`
    <${Confirm} kind="primary" title=${t("versions.againTitle", { n })} action=${t("versions.again")} work=${work} onDone=${done} onClose=${onClose} names=${names}>
      <p>${comparison.data ? t("versions.againWords", { n: comparison.data.computers }) : t("loading")}</p><p class="quiet">${t("versions.againDrafts")}</p>
    <//>`;
}
