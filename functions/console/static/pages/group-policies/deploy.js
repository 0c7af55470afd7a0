// Deploying: what it makes, for how many computers, and how many have the live version. It is of the whole organization.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api, newKey } from "../../api.js";
import { computerName, counted } from "../../format.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Confirm } from "../../components/confirm.js";
import { useOpening } from "../../components/opening.js";
import { Missing } from "../../components/problem.js";
import { Progress } from "../../components/progress.js";
import { Text } from "../../components/text.js";

/** @typedef {import("./drafts.js").Drafts} Drafts */
/** @typedef {import("../../api.js").Schemas} Schemas */

/** How many that do not have it are named at once. */
const NAMED = 3;

/** @param {{ drafts: Drafts, organization: string, names: Record<string, string>, onDeployed?: () => void }} props */
export function Deploy({ drafts, organization, names, onDeployed }) {
  const asking = useOpening();
  const key = useSignal(newKey());
  const data = drafts.data;
  if (!data) return null;
  const { comparison, rollout } = data;
  const n = comparison.groups.length + comparison.more_groups;
  const off = drafts.may.off("organizations.deploy");
  const work = () => api.post("/v1/organizations/{organization_id}/deploy", { params: { organization_id: organization }, body: {}, key: key.value });
  const done = () => {
    asking.close();
    key.value = newKey();
    drafts.reload();
    onDeployed?.();
  };
  const computers = { n: comparison.computers, count: counted({ count: comparison.computers, complete: comparison.computers_complete }) };
  const foot = rollout && rollout.policy_version > 0 ? html`<${Rollout} rollout=${rollout} organization=${organization} />` : undefined;
  return html`
    <${Card} strong foot=${foot}>
      <div class="deploy">
        <div><b>${n ? t("deploy.makes", { version: comparison.from + 1, ...computers }) : t(comparison.from ? "deploy.same" : "deploy.nothing")}</b>
          <p class="quiet small">${n ? groupsWords(comparison) : t("deploy.sameWords")}</p>
          ${off && html`<${Missing} missing=${drafts.may.missing("organizations.deploy")} names=${names} />`}</div>
        <${Button} kind="primary" off=${off ?? (n ? undefined : t("deploy.noDraft"))} onClick=${() => { asking.show(true); }}>${t("deploy.do")}<//>
      </div>
    <//>
    ${asking.what && html`<${Confirm} kind="primary" title=${t("deploy.title", computers)} action=${t("deploy.do")} work=${work} onDone=${done} onClose=${asking.close} names=${names} reload=${drafts.reload}>
      <p>${groupsWords(comparison)}</p><p class="quiet">${t("deploy.undo")}</p><//>`}`;
}

/** @param {Schemas["PolicyComparison"]} comparison */
function groupsWords(comparison) {
  const { added, removed, moved, changed } = comparison.summary;
  const parts = Object.entries({ added, removed, moved, changed }).filter(([, n]) => n > 0).map(([what, n]) => t(`deploy.${what}`, { n }));
  const groups = comparison.groups.slice(0, NAMED).map(({ name }, nth) => [nth > 0 && ", ", html`<${Text} text=${name ?? ""} />`]);
  const rest = comparison.groups.length + comparison.more_groups - NAMED;
  return html`${rich("deploy.inGroups", { changes: parts.join(", "), groups })}${rest > 0 && ` ${t("deploy.andGroups", { n: rest })}`}.`;
}

/** @param {{ rollout: Schemas["RolloutView"], organization: string }} props */
function Rollout({ rollout, organization }) {
  const all = useSignal(false);
  const total = rollout.up_to_date + rollout.behind;
  const shown = all.value ? rollout.computers : rollout.computers.slice(0, NAMED);
  const rest = rollout.behind - shown.length;
  return html`
    <div class="rollout">
      <span class="quiet small">${t("deploy.version", { n: rollout.policy_version })}</span>
      <${Progress} value=${rollout.up_to_date} max=${Math.max(total, 1)} label=${t("deploy.have", { n: rollout.up_to_date, total })} />
      <span class="small">${t("deploy.have", { n: rollout.up_to_date, total })}${!rollout.complete && ` ${t("deploy.newest")}`}</span>
    </div>
    ${rollout.behind > 0 && html`<p class="small quiet behind">${t("deploy.behind")} ${shown.map((one, nth) => html`${nth > 0 && ", "}<a href=${`/computers/${one.id}?organization=${organization}`}><${Text} text=${computerName(one)} /></a>${one.policy_version ? ` (${t("deploy.had", { n: one.policy_version })})` : ""}`)}
      ${rest > 0 && (all.value ? ` ${t("deploy.more", { n: rest })}` : html` <button type="button" class="link" onClick=${() => { all.value = true; }}>${t("deploy.more", { n: rest })}</button>`)}</p>`}`;
}
