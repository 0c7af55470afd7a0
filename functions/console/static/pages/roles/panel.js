// One role: name, description, permissions; who holds it; what saving changes for them; deleting it.

import { html, useEffect, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useKeys } from "../../keyboard.js";
import { useResource } from "../../resource.js";
import { here, navigate, stillAt, unsaved } from "../../router.js";
import { permissionTitle } from "../../session.js";
import { useGivable } from "../../people/givable.js";
import { useMay } from "../../may.js";
import { FindPermission, PermissionList } from "../../people/permission-list.js";
import { choices, namesOf, usePlaces } from "../../places.js";
import { SaveFoot } from "../../people/save-foot.js";
import { Card } from "../../components/card.js";
import { Field } from "../../components/field.js";
import { IconLink } from "../../components/icon-link.js";
import { Loaded } from "../../components/loaded.js";
import { useOpening } from "../../components/opening.js";
import { PageHead } from "../../components/page-head.js";
import { Menu } from "../../components/menu.js";
import { Note } from "../../components/note.js";
import { ProblemNote, errorAt } from "../../components/problem.js";
import { LongSelect } from "../../components/long-select.js";
import { Text, plainly } from "../../components/text.js";
import { Title } from "../../components/title.js";
import { DeleteRole } from "./delete.js";
import { useEditing } from "./editing.js";
import { Holders, Saving, Shortly } from "./saving.js";

/** @typedef {import("./editing.js").Role} Role */
/** @typedef {import("./editing.js").Editing} Editing */
/** @typedef {import("./editing.js").Permission} Permission */
/** @typedef {{ id: string, name: string }} Organization */

/** @param {{ id: string, organization: Organization | null, alone: boolean, onChanged: () => void }} props */
export function Panel({ id, organization, alone, onChanged }) {
  const fresh = id === "new";
  const read = useResource(async (signal) => (fresh ? null : { role: await api.get("/v1/roles/{role_id}", { params: { role_id: id }, signal }) }), [id]);
  const back = `/roles${here.value.search}`;
  useKeys({ Escape: () => navigate(back) });
  return html`
    <section class=${alone ? "update update-alone" : "update"} aria-label=${t("role.title")}>
      ${!fresh && read.data === null && html`<${PageHead} title=${t("role.title")} back=${{ href: back, label: t("roles.title") }} />`}
      ${fresh
        ? organization && html`<${Known} key="new" role=${null} organization=${organization} alone=${alone} back=${back} onChanged=${onChanged} />`
        : html`<${Loaded} resource=${read} rows=${6}>${(/** @type {{ role: Role }} */ { role }) => html`<${Known} key=${role.id} role=${role} organization=${role.organization} alone=${alone} back=${back} onChanged=${onChanged} />`}<//>`}
    </section>`;
}

/** @param {{ role: Role | null, organization: Organization, alone: boolean, back: string, onChanged: () => void }} props */
function Known({ role, organization, alone, back, onChanged }) {
  const editing = useEditing(role, organization.id);
  const find = useSignal("");
  const places = usePlaces();
  const now = editing.role.value;
  const place = now?.organization ?? places.find(({ id }) => id === editing.organization.value) ?? organization;
  const may = useMay(place.id, ["roles.create", "roles.edit", "roles.delete"], namesOf([place]));
  const off = may.off(role ? "roles.edit" : "roles.create");
  const givable = useGivable(async (ids, signal) => {
    const ground = editing.role.peek();
    const permissions = /** @type {Permission[]} */ ([...(ground?.permissions ?? []), ...ids]);
    const dry = { query: { dry_run: true }, signal };
    if (ground) await api.put("/v1/roles/{role_id}", { ...dry, params: { role_id: ground.id }, body: { name: ground.name, description: ground.description, permissions } });
    else await api.post("/v1/roles", { ...dry, body: { organization_id: editing.organization.peek(), name: t("roles.new"), permissions } });
  }, [now?.id, now?.revision, editing.organization.value]);
  const holding = { own: editing.permissions.value, before: editing.before.value, from: new Map(), asked: may.asked, locked: Boolean(off), givable, onChange: (/** @type {string} */ id, /** @type {boolean} */ on) => editing.tick(id, on) };
  const save = async () => {
    const saved = await editing.save();
    if (!saved) return;
    onChanged();
    unsaved.value = false;
    if (!role) navigate(`/roles/${saved.id}${here.value.search}`, { replace: true });
  };
  const { path } = here.value;
  const gone = () => {
    onChanged();
    if (!stillAt(path)) return;
    unsaved.value = false;
    navigate(back);
  };
  return html`
    <${Head} editing=${editing} place=${place} alone=${alone} back=${back} offDelete=${may.off("roles.delete")} gone=${gone} />
    <div class="update-body">
      <div class="update-main">
        <${Met} editing=${editing} />
        ${editing.problem.value !== null && html`<${ProblemNote} problem=${editing.problem.value} names=${{ [place.id]: place.name }} takesFocus />`}
        ${off && html`<${Note} icon="lock" title=${t("role.off")}>${off}<//>`}
        <${Words} editing=${editing} fresh=${!role} places=${places} place=${place} off=${off} />
        <${Card} title=${t("role.permissions")} end=${html`<${FindPermission} find=${find} />`} padded=${false}><${PermissionList} holding=${holding} find=${find.value} /><//>
      </div>
      <div class="update-aside">
        <${Saving} editing=${editing} />
        ${now && html`<${Holders} key=${now.revision} role=${now} />`}
      </div>
    </div>
    <${SaveFoot} changes=${editing.changes.value} busy=${editing.busy.value} off=${offOf(editing)} words=${editing.saved.value && editing.changes.value === 0 ? html`<span role="status">${t("role.saved")}</span>` : undefined}
      title=${t("role.review")} alone=${alone} short=${html`<${Shortly} editing=${editing} />`} onDiscard=${() => editing.discard()} onSave=${save}>
      <${Saving} editing=${editing} />
    <//>`;
}

/** Why it cannot be saved now. @param {Editing} editing */
function offOf(editing) {
  if (editing.changes.value === 0) return true;
  if (!editing.name.value.trim()) return t("role.nameFirst");
  return editing.preview.value?.problem ? t("saving.refused") : undefined;
}

/** @param {{ editing: Editing, place: Organization, alone: boolean, back: string, offDelete: any, gone: () => void }} props */
function Head({ editing, place, alone, back, offDelete, gone }) {
  const deleting = useOpening();
  const role = editing.role.value;
  const title = role ? plainly(role.name) : t("roles.new");
  useEffect(() => {
    document.title = `${title} – Countersign`;
  }, [title]);
  const remove = { label: t("role.delete"), icon: "close", bad: true, off: offDelete, onClick: () => { deleting.show(true); } };
  return html`
    <header class="update-head update-head-plain">
      ${alone ? html`<${IconLink} href=${back} icon="back" label=${t("role.back")} />` : html`<p class="label">${t("role.title")}</p>`}
      <div class="update-who">
        <div class="update-names"><${Title}>${role ? html`<${Text} text=${role.name} />` : t("roles.new")}<//><p class="small quiet"><${Text} text=${place.name} /></p></div>
        <div class="update-end">${role && html`<${Menu} label=${t("role.menu")} items=${[remove]} />`}${!alone && html`<${IconLink} href=${back} icon="close" label=${t("role.close")} />`}</div>
      </div>
    </header>
    ${deleting.what && role && html`<${DeleteRole} role=${role} onClose=${deleting.close} onDeleted=${gone} />`}`;
}

/** @param {{ editing: Editing, fresh: boolean, places: Organization[], place: Organization, off: any }} props */
function Words({ editing, fresh, places, place, off }) {
  const problem = editing.problem.value ?? editing.preview.value?.problem;
  return html`
    <${Card}><div class="form">
      <${Field} label=${t("role.name")} name="name" maxlength="200" required autocomplete="off" takesFocus=${fresh} readonly=${Boolean(off)} value=${editing.name.value} error=${errorAt(problem, "/name")} onInput=${(/** @type {string} */ value) => editing.type("name", value)} />
      <${Field} label=${t("role.description")} name="description" rows=${2} readonly=${Boolean(off)} value=${editing.description.value} error=${errorAt(problem, "/description")} onInput=${(/** @type {string} */ value) => editing.type("description", value)} />
      ${fresh && places.length > 1 && html`<${LongSelect} label=${t("role.owner")} value=${editing.organization.value} options=${choices(places, place)} onChange=${(/** @type {string} */ value) => editing.type("organization", value)} />`}
    </div><//>`;
}

/** @param {{ editing: Editing }} props */
function Met({ editing }) {
  const before = editing.met.value;
  const now = editing.role.value;
  if (!before || !now) return null;
  const gave = now.permissions.filter((id) => !before.permissions.includes(id)).map(permissionTitle);
  const took = before.permissions.filter((id) => !now.permissions.includes(id)).map(permissionTitle);
  return html`
    <${Note} kind="warn" title=${t("role.theirs")} role="alert"><p>${t("role.theirsWords")}</p>
      <ul>${gave.map((what) => html`<li>${rich("role.theyGave", { what })}</li>`)}${took.map((what) => html`<li>${rich("role.theyTook", { what })}</li>`)}
        ${now.name !== before.name && html`<li>${rich("role.theyNamed", { name: now.name })}</li>`}
        ${gave.length + took.length === 0 && now.name === before.name && html`<li>${t("role.theyOther")}</li>`}</ul><//>`;
}
