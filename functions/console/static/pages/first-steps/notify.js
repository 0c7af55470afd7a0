// Who hears of requests: an address on a policy of the group, deployed.

import { html, useRef, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api, newKey } from "../../api.js";
import { useMay } from "../../may.js";
import { namesOf } from "../../places.js";
import { who } from "../../session.js";
import { Button } from "../../components/button.js";
import { Field } from "../../components/field.js";
import { Form } from "../../components/form.js";
import { Note } from "../../components/note.js";
import { errorAt } from "../../components/problem.js";

/** @param {{ state: import("./state.js").State, reload: () => Promise<void> }} props */
export function Notify({ state, reload }) {
  const { organization, group, policy } = state;
  const address = useSignal(who.value?.administrator.email ?? "");
  const key = useRef(newKey());
  const may = useMay(organization.id, ["application-policies.create", "application-policies.edit", "organizations.deploy"], namesOf([organization]));
  const present = policy?.notify.enabled ? policy.notify.addresses ?? [] : [];
  const off = may.off(policy ? "application-policies.edit" : "application-policies.create") ?? may.off("organizations.deploy");
  const params = { organization_id: organization.id };
  const submit = async () => {
    if (off || !group) return;
    const notify = { enabled: true, addresses: [address.value.trim()] };
    if (!policy) await api.post("/v1/organizations/{organization_id}/policies", { params, body: { name: t("steps.policyName"), group_id: group.id, notify } });
    else if (!present.length) await api.patch("/v1/organizations/{organization_id}/policies/{policy_id}", { params: { ...params, policy_id: policy.id }, ifMatch: policy.revision, body: { notify } });
    await reload();
    await api.post("/v1/organizations/{organization_id}/deploy", { params, key: key.current, body: {} });
    await reload();
  };
  return html`
    <p class="small">${present.length ? rich("steps.notifyDeploy", { policy: policy?.name ?? "", addresses: present.join(", ") }) : rich(policy ? "steps.notifyAdd" : "steps.notifyNew", { policy: policy?.name ?? "", group: group?.name ?? "" })}</p>
    <p class="hint">${t("fleet.notifyWhat")}</p>
    ${off && html`<${Note} icon="lock">${off}<//>`}
    <${Form} label=${t("steps.notify")} onSubmit=${submit}>${(/** @type {{ busy: boolean, problem: unknown }} */ { busy, problem }) => html`
      ${!present.length && html`<${Field} label=${t("steps.address")} hint=${t("steps.addressHint")} name="address" required maxlength="254" autocomplete="email" value=${address.value} error=${errorAt(problem, "/notify/addresses/0")} onInput=${(/** @type {string} */ value) => { address.value = value; }} />`}
      <div><${Button} type="submit" kind="primary" busy=${busy} off=${off && true}>${t(present.length ? "steps.deploy" : "steps.notifyDo")}<//></div>`}<//>`;
}
