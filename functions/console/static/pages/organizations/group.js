// What is in the fold of a group: where to go, its keys, its agents, renaming and deleting it.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { ifMay } from "../../may.js";
import { now, useReread, useResource } from "../../resource.js";
import { useDraft } from "../../draft.js";
import { useSending } from "../../sending.js";
import { Ask } from "../../components/ask.js";
import { Badge } from "../../components/badge.js";
import { Button } from "../../components/button.js";
import { Confirm } from "../../components/confirm.js";
import { Field } from "../../components/field.js";
import { Icon } from "../../components/icon.js";
import { Loaded } from "../../components/loaded.js";
import { useOpening } from "../../components/opening.js";
import { Refusals } from "../../components/refusals.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";
import { errorAt } from "../../components/problem.js";

const EVERY = 5000;

/** @typedef {import("../../api.js").Schemas["GroupView"]} Group */
/** @typedef {import("../../api.js").Schemas["EnrollmentKeySummary"]} Key */
/** @typedef {{ group: Group, names: Record<string, string>, onClose: () => void, onDone: () => void, reload: () => unknown }} DialogProps */

/** @param {{ group: Group, may: import("../../may.js").May, names: Record<string, string>, onConnect: () => void, reload: () => void }} props */
export function GroupBody({ group, may, names, onConnect, reload }) {
  const open = useOpening(/** @type {"rename" | "delete" | null} */ (null));
  const close = open.close;
  const done = () => {
    close();
    reload();
  };
  const of = `organization=${group.organization_id}`;
  const dialog = { group, names, onClose: close, onDone: done, reload };
  return html`
    <div class="stack group-body">
      <div class="row row-wrap">
        <a class="button button-plain button-small" href=${`/computers?${of}&group=${group.id}`}><${Icon} name="computer" small />${t("groups.computers")}</a>
        <a class="button button-plain button-small" href=${`/groups/${group.id}/policies?${of}`}><${Icon} name="shield" small />${t("groups.policies")}</a>
        <${Button} size="small" icon="plus" off=${may.off("computers.enroll")} onClick=${onConnect}>${t("groups.connect")}<//>
        <span class="row group-change">
          <${Button} size="small" kind="bare" off=${may.off("computer-groups.rename")} onClick=${() => { open.show("rename"); }}>${t("groups.rename")}<//>
          <${Button} size="small" kind="bare" off=${may.off("computer-groups.delete")} onClick=${() => { open.show("delete"); }}>${t("groups.delete")}<//>
        </span>
      </div>
      <${Refusals} may=${may} names=${names} actions=${[["computers.enroll", t("groups.connect")], ["computer-groups.rename", t("groups.rename")], ["computer-groups.delete", t("groups.delete")], ["computer-groups.set-version", t("groups.agentVersion")], ["computer-groups.set-update-channel", t("groups.agentChannel")]]} />
      <${Keys} key=${`${group.id}-${group.revision}`} group=${group} may=${may} names=${names} reload=${reload} />
      <${Agents} group=${group} may=${may} names=${names} reload=${reload} />
    </div>
    ${open.what === "rename" && html`<${RenameGroup} ...${dialog} />`}
    ${open.what === "delete" && html`<${DeleteGroup} ...${dialog} />`}`;
}

/** @param {{ group: Group, may: import("../../may.js").May, names: Record<string, string>, reload: () => void }} props */
function Keys({ group, may, names, reload }) {
  const params = { organization_id: group.organization_id, group_id: group.id };
  const keys = useResource((signal) => ifMay("computers.enroll", group.organization_id, () => api.get("/v1/organizations/{organization_id}/groups/{group_id}/enrollment-keys", { params, signal }), null, signal), [group.id, group.revision]);
  // Computers enrol meanwhile.
  useReread(keys, EVERY);
  const revoking = useOpening(/** @type {Key | null} */ (null));
  const chosen = revoking.what;
  const close = revoking.close;
  const work = async () => api.delete("/v1/organizations/{organization_id}/groups/{group_id}/enrollment-keys/{enrollment_key_id}", { params: { ...params, enrollment_key_id: chosen?.id ?? "" } });
  const done = () => {
    close();
    keys.reload();
    reload();
  };
  return html`
    <div><h3 class="label">${t("enrolKeys.enrolment")}</h3>
      <${Loaded} resource=${keys} names=${names} rows=${1}>${(/** @type {{ items: Key[] }} */ { items }) => (items.length === 0
        ? html`<p class="quiet">${t("enrolKeys.none")}</p>`
        : html`<ul class="key-list">${items.map((key) => html`<li key=${key.id} class="key-line"><${KeyWords} one=${key} />${stateOf(key) === "good" && html`<${Button} size="small" kind="bare" off=${may.off("computers.enroll")} onClick=${() => { revoking.show(key); }}>${t("enrolKeys.revoke")}<//>`}</li>`)}</ul>`)}<//>
    </div>
    ${chosen && html`<${Confirm} title=${t("enrolKeys.revokeTitle", { name: chosen.name ?? t("enrolKeys.unnamed") })} action=${t("enrolKeys.revoke")} work=${work} onDone=${done} onClose=${close} names=${names}><p>${t("enrolKeys.revokeWords", { n: chosen.uses })}</p><//>`}`;
}

/** @param {Key} key */
function stateOf(key) {
  if (key.revoked) return "revoked";
  if (key.expires_at && Date.parse(key.expires_at) <= now.value) return "expired";
  return key.max_uses && key.uses >= key.max_uses ? "used" : "good";
}

/** @param {{ one: Key }} props */
function KeyWords({ one }) {
  const state = stateOf(one);
  const uses = one.max_uses ? t("enrolKeys.usesOf", { n: one.uses, most: one.max_uses }) : t("enrolKeys.uses", { n: one.uses });
  const end = one.expires_at ? rich("enrolKeys.until", { time: html`<${Time} at=${one.expires_at} as="moment" />` }) : t("enrolKeys.forever");
  return html`<div class="key-words"><b>${one.name ? html`<${Text} text=${one.name} />` : t("enrolKeys.unnamed")}</b> ${state !== "good" && html`<${Badge}>${t(`enrolKeys.state.${state}`)}<//>`}
    <span class="quiet small">${rich("enrolKeys.line", { made: html`<${Time} at=${one.created_at} />`, uses, end })}</span></div>`;
}

/** @param {{ group: Group, may: import("../../may.js").May, names: Record<string, string>, reload: () => void }} props */
function Agents({ group, may, names, reload }) {
  const saved = { version: group.agent.version ?? "", channel: group.agent.update_channel ?? "" };
  const draft = useDraft(saved, group.id);
  const sending = useSending({ names, reload });
  const off = { version: may.off("computer-groups.set-version"), channel: may.off("computer-groups.set-update-channel") };
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const params = { organization_id: group.organization_id, group_id: group.id };
    const { version, channel } = draft.values;
    draft.sends();
    const done = await sending.send(async () => {
      let revision = group.revision;
      if (version !== saved.version) ({ revision } = await api.put("/v1/organizations/{organization_id}/groups/{group_id}/agent-version", { params, body: { version: version.trim() || null }, ifMatch: revision }));
      if (channel !== saved.channel) await api.put("/v1/organizations/{organization_id}/groups/{group_id}/update-channel", { params, body: { update_channel: channel.trim() || null }, ifMatch: revision });
    });
    if (done || sending.caught) reload();
  };
  return html`
    <form class="agents" method="post" onSubmit=${save}>
      <${Field} label=${t("groups.agentVersion")} name=${`version-${group.id}`} maxlength="64" placeholder=${t("groups.anyVersion")} value=${draft.values.version} readonly=${Boolean(off.version)} error=${errorAt(sending.caught, "/version")} onInput=${(/** @type {string} */ version) => draft.set({ version })} />
      <${Field} label=${t("groups.agentChannel")} name=${`channel-${group.id}`} maxlength="64" placeholder=${t("groups.anyChannel")} value=${draft.values.channel} readonly=${Boolean(off.channel)} error=${errorAt(sending.caught, "/update_channel")} onInput=${(/** @type {string} */ channel) => draft.set({ channel })} />
      <${Button} type="submit" kind=${draft.dirty ? "primary" : "plain"} busy=${sending.busy} off=${draft.dirty ? undefined : t("save.nothing")}>${t("save.do")}<//>
      <p class="hint agents-hint">${t("groups.agentHint")}</p>
      ${sending.problem}
    </form>`;
}

/** @param {DialogProps} props */
function RenameGroup({ group, names, onClose, onDone, reload }) {
  const name = useSignal(group.name);
  const work = () => api.patch("/v1/organizations/{organization_id}/groups/{group_id}", { params: { organization_id: group.organization_id, group_id: group.id }, body: { name: name.value.trim() }, ifMatch: group.revision });
  const same = name.value.trim() === group.name;
  return html`
    <${Ask} title=${t("groups.renameTitle", { name: group.name })} action=${t("groups.rename")} work=${work} onDone=${onDone} onClose=${onClose} names=${names} reload=${reload} off=${name.value.trim() ? same && t("save.nothing") : t("field.nameFirst")}>
      ${(/** @type {unknown} */ problem) => html`<${Field} label=${t("field.name")} name="name" maxlength="200" takesFocus value=${name.value} error=${errorAt(problem, "/name")} onInput=${(/** @type {string} */ value) => { name.value = value; }} />`}
    <//>`;
}

/** @param {DialogProps} props */
function DeleteGroup({ group, names, onClose, onDone, reload }) {
  const work = () => api.delete("/v1/organizations/{organization_id}/groups/{group_id}", { params: { organization_id: group.organization_id, group_id: group.id }, ifMatch: group.revision });
  return html`<${Confirm} title=${t("groups.deleteTitle", { name: group.name })} action=${t("groups.delete")} safe=${t("groups.keep")} typed=${group.name} work=${work} onDone=${onDone} onClose=${onClose} names=${names} reload=${reload}><p>${t("groups.deleteWords")}</p><//>`;
}
