// `/computers/:id`: a computer: its state, what has to be settled, maintenance mode, override code, check-ins.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { computerName } from "../../format.js";
import { api, Problem } from "../../api.js";
import { useMay } from "../../may.js";
import { useRepeated, useResource } from "../../resource.js";
import { query } from "../../router.js";
import { ComputerState } from "../../fleet/computer-state.js";
import { namesOf, organizationOf, useGroups, useOrganizations } from "../../places.js";
import { Card } from "../../components/card.js";
import { Facts } from "../../components/facts.js";
import { Later } from "../../components/later.js";
import { Loaded } from "../../components/loaded.js";
import { Menu } from "../../components/menu.js";
import { useOpening } from "../../components/opening.js";
import { PageHead } from "../../components/page-head.js";
import { Refusals } from "../../components/refusals.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";
import { CheckIns } from "./check-ins.js";
import { Maintenance } from "./maintenance.js";
import { OverrideCode } from "./override-code.js";
import { Settle } from "./settle.js";

export const styles = [import.meta.resolve("../../styles/fleet.css"), import.meta.resolve("./page.css")];

/** @typedef {import("../../api.js").Schemas["ComputerView"]} Computer */
/** @typedef {{ computer: Computer, may: import("../../may.js").May, names: Record<string, string>, reload: () => Promise<void> }} PartProps */

const loadRename = async () => (await import("./dialogs.js")).RenameComputer;
const loadMove = async () => (await import("./dialogs.js")).MoveComputer;
const loadRetire = async () => (await import("./dialogs.js")).RetireComputer;
const EVERY = 15_000;

/** @type {import("../../api.js").Schemas["Action"][]} */
const ACTIONS = ["computers.edit", "computers.move", "computers.delete", "computers.confirm", "computers.set-maintenance-mode", "override-codes.view", "checkin-history.view"];

/** @param {{ params: { id: string } }} props */
export default function ComputerPage({ params }) {
  const organization = organizationOf(query.value.get("organization"));
  const of = { organization_id: organization, computer_id: params.id };
  const computer = useResource((signal) => api.get("/v1/organizations/{organization_id}/computers/{computer_id}", { params: of, signal }), [organization, params.id]);
  useRepeated(async () => {
    if (!computer.data) return;
    // What somebody is about to change is not replaced under their hands: only newer check-ins are taken over.
    const fresh = await api.get("/v1/organizations/{organization_id}/computers/{computer_id}", { params: of });
    if (fresh.revision === computer.data.revision) computer.set(fresh);
  }, EVERY);
  const names = namesOf(useOrganizations().data?.items);
  const elsewhere = computer.problem instanceof Problem && computer.problem.status === 404 && !query.value.get("organization");
  const back = { href: `/computers?organization=${organization}`, label: t("computers.title") };
  if (!computer.data) {
    return html`<${PageHead} title=${t("computer.one")} back=${back} />${elsewhere ? html`<div class="padded"><p>${t("computer.noOrganization")}</p></div>` : html`<${Loaded} resource=${computer} names=${names}>${() => null}<//>`}`;
  }
  return html`<${Shown} computer=${computer.data} names=${names} reload=${computer.reload} back=${back} />`;
}

/** @param {{ computer: Computer, names: Record<string, string>, reload: () => Promise<void>, back: { href: string, label: any } }} props */
function Shown({ computer, names, reload, back }) {
  const may = useMay(computer.organization_id, ACTIONS, names);
  const groups = useGroups(computer.organization_id);
  const open = useOpening(/** @type {"rename" | "move" | "retire" | null} */ (null));
  const show = (/** @type {"rename" | "move" | "retire"} */ dialog) => () => { open.show(dialog); };
  const close = open.close;
  const changed = () => {
    close();
    reload();
  };
  const part = { computer, may, names, reload };
  const dialog = { computer, names, reload, onClose: close, onDone: changed };
  const name = computerName(computer);
  const group = groups.data?.find(({ id }) => id === computer.group_id);
  const menu = html`<${Menu} label=${t("computer.more")} items=${[
    { label: t("computer.rename"), icon: "note", off: may.off("computers.edit"), onClick: show("rename") },
    { label: t("computer.move"), icon: "tree", off: may.off("computers.move"), onClick: show("move") },
    { label: t("computer.retire"), icon: "close", bad: true, off: may.off("computers.delete"), onClick: show("retire") },
  ]} />`;
  return html`
    <${PageHead} title=${name} shown=${html`<${Text} text=${name} />`} back=${back} beside=${html`<${ComputerState} computer=${computer} />`} end=${menu} />
    <div class="page-body computer-body">
      <div class="stack">
        <${Settle} ...${part} />
        <${About} computer=${computer} group=${group} names=${names} />
        <${Refusals} may=${may} names=${names} actions=${[["computers.edit", t("computer.rename")], ["computers.move", t("computer.move")], ["computers.delete", t("computer.retire")]]} />
        <${CheckIns} ...${part} />
      </div>
      <div class="stack">
        <${Maintenance} key=${computer.revision} ...${part} />
        <${OverrideCode} ...${part} />
      </div>
    </div>
    ${open.what === "rename" && html`<${Later} load=${loadRename} ...${dialog} />`}
    ${open.what === "move" && html`<${Later} load=${loadMove} groups=${groups.data ?? []} ...${dialog} />`}
    ${open.what === "retire" && html`<${Later} load=${loadRetire} back=${back.href} ...${dialog} />`}`;
}

/** @param {{ computer: Computer, group: { id: string, name: string } | undefined, names: Record<string, string> }} props */
function About({ computer, group, names }) {
  const organization = computer.organization_id;
  return html`
    <${Card} title=${t("computer.about")}>
      <${Facts} facts=${[
        { name: t("computer.hostname"), value: html`<${Text} text=${computer.hostname} />` },
        { name: t("computer.group"), value: group && html`<a href=${`/groups/${group.id}/policies?organization=${organization}`}><${Text} text=${group.name} /></a>` },
        { name: t("computer.organization"), value: names[organization] && html`<a href=${`/organizations/${organization}`}><${Text} text=${names[organization]} /></a>` },
        { name: t("computer.os"), value: html`<${Text} text=${computer.os} />` },
        { name: t("computer.agent"), value: computer.agent_version },
        { name: t("computer.policies"), value: computer.policy_version && t("computer.policiesVersion", { version: computer.policy_version }) },
        { name: t("computer.checkIn"), value: computer.last_check_in ? html`<${Time} at=${computer.last_check_in} />` : t("computer.neverYet") },
        { name: t("computer.enrolled"), value: html`<${Time} at=${computer.enrolled_at} as="moment" />` },
        { name: t("computer.see"), value: rich("computer.seeWords", { requests: html`<a href=${`/requests?status=all&organization=${organization}&group=${computer.group_id}&q=${encodeURIComponent(computer.hostname)}`}>${t("computer.requests")}</a>`, grants: html`<a href=${`/grants?organization=${organization}&computer=${computer.id}`}>${t("computer.grants")}</a>` }) },
      ]} />
    <//>`;
}
