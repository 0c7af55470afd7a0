// The policies of a group, in the order in which they match: the first match counts.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { announce } from "../../announce.js";
import { here, setQuery, stillAt, withQuery } from "../../router.js";
import { useSending } from "../../sending.js";
import { Ask } from "../../components/ask.js";
import { Badge } from "../../components/badge.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Empty } from "../../components/empty.js";
import { Field } from "../../components/field.js";
import { useOpening } from "../../components/opening.js";
import { errorAt } from "../../components/problem.js";
import { Text, plainly } from "../../components/text.js";
import { summaryOf } from "./differences.js";

/** @typedef {import("./page.js").PolicyView} Policy */

/**
 * @param {{
 *   policies: Policy[], chosen: string | undefined, organization: string, group: string, may: import("../../may.js").May,
 *   names: Record<string, string>, differing: import("../../api.js").Schemas["GroupDifference"] | undefined, reload: () => Promise<void>
 * }} props
 */
export function PolicyList({ policies, chosen, organization, group, may, names, differing, reload }) {
  const creating = useOpening();
  const { path } = here.value;
  const sending = useSending({ names, reload });
  const move = async (/** @type {number} */ at, /** @type {number} */ by) => {
    const ids = policies.map(({ id }) => id);
    ids.splice(at + by, 0, ...ids.splice(at, 1));
    const done = await sending.send(() => api.put("/v1/organizations/{organization_id}/policies/order", { params: { organization_id: organization }, body: { policy_ids: ids } }));
    if (!done) return;
    announce(t("policies.movedTo", { name: plainly(policies[at].name), n: at + by + 1 }), 0);
    await reload();
  };
  const create = html`<${Button} size="small" icon="plus" off=${may.off("application-policies.create")} onClick=${() => { creating.show(true); }}>${t("policies.new")}<//>`;
  const created = async (/** @type {string} */ id) => {
    creating.close();
    await reload();
    if (stillAt(path)) setQuery({ policy: id });
  };
  const off = may.off("application-policies.move");
  return html`
    ${policies.length === 0
      ? html`<${Card} padded=${false}><${Empty} title=${t("policies.none")} action=${create}>${t("policies.noneWords")}<//><//>`
      : html`<${Card} title=${t("policies.list")} padded=${false} foot=${create}>
          <ol class="policy-list">${policies.map((policy, at) => html`<li key=${policy.id} class=${policy.id === chosen ? "policy-line policy-on" : "policy-line"}>
            <a class="policy-link" href=${withQuery({ policy: policy.id })} aria-current=${policy.id === chosen ? "true" : undefined}><b><${Text} text=${policy.name} /></b><span class="policy-does quiet small">${summaryOf(policy)} <${Changed} policy=${policy} differing=${differing} /></span></a>
            ${policies.length > 1 && html`<span class="policy-move">
              <${Button} kind="bare" size="small" icon="up" label=${t("policies.up", { name: plainly(policy.name) })} off=${off ?? (at === 0 ? t("policies.first") : undefined)} busy=${false} onClick=${() => move(at, -1)} />
              <${Button} kind="bare" size="small" icon="down" label=${t("policies.down", { name: plainly(policy.name) })} off=${off ?? (at === policies.length - 1 ? t("policies.last") : undefined)} onClick=${() => move(at, 1)} /></span>`}
          </li>`)}</ol>
        <//>`}
    ${sending.problem}
    ${creating.what && html`<${Create} organization=${organization} group=${group} names=${names} onClose=${creating.close} onCreated=${created} />`}`;
}

/** @param {{ policy: Policy, differing: import("../../api.js").Schemas["GroupDifference"] | undefined }} props */
function Changed({ policy, differing }) {
  const found = differing?.policies.find((one) => one.policy_id === policy.id);
  if (!found) return null;
  return found.changes.includes("added") ? html`<${Badge} kind="good">${t("policies.newBadge")}<//>` : html`<${Badge} kind="warn">${t("policies.changedBadge")}<//>`;
}

/** @param {{ organization: string, group: string, names: Record<string, string>, onClose: () => void, onCreated: (id: string) => void }} props */
function Create({ organization, group, names, onClose, onCreated }) {
  const name = useSignal("");
  const made = useSignal("");
  const work = async () => {
    const { id } = await api.post("/v1/organizations/{organization_id}/policies", { params: { organization_id: organization }, body: { name: name.value.trim(), group_id: group, notify: { enabled: false, addresses: [] } } });
    made.value = id;
  };
  return html`
    <${Ask} title=${t("policies.createTitle")} action=${t("policies.create")} work=${work} onDone=${() => onCreated(made.value)} onClose=${onClose} names=${names} off=${name.value.trim() ? undefined : t("field.nameFirst")}>
      ${(/** @type {unknown} */ problem) => html`<${Field} label=${t("field.name")} hint=${t("policies.createHint")} name="name" maxlength="200" takesFocus value=${name.value} error=${errorAt(problem, "/name")} onInput=${(/** @type {string} */ value) => { name.value = value; }} />`}
    <//>`;
}
