// `/grants`: what is approved and in force, at an organization and below it: what, for whom, until when, and who uses it.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { usePages } from "../../pages.js";
import { query, setQuery } from "../../router.js";
import { namesOf, organizationOf, useGroups, useOrganizations } from "../../places.js";
import { NearList } from "../../components/near-list.js";
import { useOpening } from "../../components/opening.js";
import { GroupFilter, OrganizationFilter } from "../../components/place-filters.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Check } from "../../components/check.js";
import { Empty } from "../../components/empty.js";
import { Later } from "../../components/later.js";
import { Loaded } from "../../components/loaded.js";
import { ShowMore } from "../../components/more.js";
import { PageHead } from "../../components/page-head.js";
import { Refusals } from "../../components/refusals.js";
import { Text } from "../../components/text.js";
import { useMayChange } from "./may-change.js";
import { GrantRow } from "./row.js";

export const styles = [import.meta.resolve("../../styles/fleet.css"), import.meta.resolve("./page.css")];

/** @typedef {import("../../api.js").Schemas["Grant"]} Grant */
/** @typedef {import("../../components/near-list.js").At} At */

const loadRevoke = async () => (await import("./dialogs.js")).RevokeGrant;
const loadEnd = async () => (await import("./dialogs.js")).ChangeEnd;

/** What the address says. */
function filters() {
  const get = (/** @type {string} */ name) => query.value.get(name) ?? "";
  const [group, computer] = [get("group"), get("computer")];
  // The server lists those for a group or a computer of one organization alone.
  const narrow = Boolean(group || computer);
  return { organization: organizationOf(get("organization")), group, computer, file: get("file"), narrow, below: !narrow && get("below") !== "0" };
}

export default function Grants() {
  const { organization, group, computer, file, narrow, below } = filters();
  const organizations = useOrganizations();
  const groups = useGroups(organization);
  const names = namesOf(organizations.data?.items);
  const list = usePages((cursor, signal) => api.get("/v1/grants", { query: { organization_id: organization, below, group_id: group, computer_id: computer, sha256: file, cursor }, signal }), [organization, below, group, computer, file]);
  const open = useOpening(/** @type {{ dialog: "revoke" | "end", grant: Grant } | null} */ (null));
  const change = useMayChange(organization, list.data?.items ?? [], names);
  const groupNames = Object.fromEntries((groups.data ?? []).map(({ id, name }) => [id, name]));
  const close = open.close;
  const done = (/** @type {Grant} */ grant) => {
    close();
    if (list.data) list.set({ ...list.data, items: list.data.items.map((one) => (one.id === grant.id ? grant : one)) });
  };
  const row = (/** @type {Grant} */ grant, /** @type {At} */ at) => html`<${GrantRow} key=${grant.id} at=${at} grant=${grant} group=${grant.group_id ? groupNames[grant.group_id] : undefined} placed=${below} change=${change} onRevoke=${() => { open.show({ dialog: "revoke", grant }); }} onEnd=${() => { open.show({ dialog: "end", grant }); }} />`;
  const dialog = { names, groupNames, onClose: close, onDone: done };
  return html`
    <${PageHead} title=${t("grants.title")} />
    <div class="page-body">
      <div class="filters">
        <${OrganizationFilter} organizations=${organizations.data?.items} organization=${organization} />
        ${!computer && html`<${GroupFilter} groups=${groups.data} group=${group} />`}
        ${!narrow && html`<${Check} checked=${below} onChange=${(/** @type {boolean} */ on) => setQuery({ below: on ? null : "0" })}>${t("grants.below")}<//>`}
      </div>
      ${(computer || file) && html`<p class="row row-wrap"><span>${t(computer ? "grants.ofComputer" : "grants.ofFile")}</span><${Button} size="small" onClick=${() => setQuery({ computer: null, file: null })}>${t("grants.all")}<//></p>`}
      <${Loaded} resource=${list} names=${names} rows=${5}>${(/** @type {{ items: Grant[], cursor: string | null }} */ { items, cursor }) => html`<${Card} padded=${false}>${items.length === 0 && !cursor
        ? html`<${Nothing} organization=${organization} narrowed=${narrow || Boolean(file)} below=${below} organizations=${organizations.data?.items ?? []} />`
        : html`<${NearList} label=${t("grants.title")} name="item-lines" items=${items} keyOf=${(/** @type {Grant} */ grant) => grant.id} more=${cursor !== null} row=${row} />`}<//>`}<//>
      <${ShowMore} list=${list} />
      <${Refusals} may=${change.may} names=${names} actions=${[["requests.revoke", t("grants.revoke")]]} />
    </div>
    ${open.what?.dialog === "revoke" && html`<${Later} load=${loadRevoke} grant=${open.what.grant} ...${dialog} />`}
    ${open.what?.dialog === "end" && html`<${Later} load=${loadEnd} grant=${open.what.grant} ...${dialog} />`}`;
}

/** @param {{ organization: string, narrowed: boolean, below: boolean, organizations: import("../../places.js").Organization[] }} props */
function Nothing({ organization, narrowed, below, organizations }) {
  if (narrowed) return html`<${Empty} title=${t("grants.noMatch")} action=${html`<${Button} onClick=${() => setQuery({ group: null, computer: null, file: null })}>${t("grants.all")}<//>`} />`;
  const children = below ? [] : organizations.filter((one) => one.parent_id === organization);
  const chips = children.length > 0 && html`<div class="chips">${children.slice(0, 12).map((one) => html`<a key=${one.id} class="chip" href=${`/grants?organization=${one.id}`}><${Text} text=${one.name} cut /></a>`)}</div>`;
  return html`<${Empty} title=${t(chips ? "grants.noneHere" : "grants.none")} action=${chips || undefined}>${t(chips ? "grants.noneHereWords" : "grants.noneWords")}<//>`;
}
