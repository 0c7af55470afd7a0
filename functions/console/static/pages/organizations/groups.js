// The groups of an organization: each with its computers, its policies, its agents and the keys by which computers enrol.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { here, query, setQuery, stillAt } from "../../router.js";
import { useGroups } from "../../places.js";
import { Ask } from "../../components/ask.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Empty } from "../../components/empty.js";
import { Field } from "../../components/field.js";
import { Fold } from "../../components/fold.js";
import { Later } from "../../components/later.js";
import { Note } from "../../components/note.js";
import { Loaded } from "../../components/loaded.js";
import { useOpening } from "../../components/opening.js";
import { errorAt } from "../../components/problem.js";
import { Text } from "../../components/text.js";

/** @typedef {import("../../api.js").Schemas["GroupView"]} Group */
const loadGroup = async () => (await import("./group.js")).GroupBody;
const loadConnect = async () => (await import("../../fleet/connect.js")).Connect;

/** @param {{ organization: import("./page.js").Organization, may: import("../../may.js").May, names: Record<string, string> }} props */
export function Groups({ organization, may, names }) {
  const groups = useGroups(organization.id);
  const creating = useOpening();
  const { path } = here.value;
  const connecting = useSignal(/** @type {Group | null} */ (null));
  const chosen = query.value.get("group") ?? "";
  const create = html`<${Button} size="small" icon="plus" off=${may.off("computer-groups.create")} onClick=${() => { creating.show(true); }}>${t("groups.new")}<//>`;
  const asked = query.value.get("connect") ? groups.data?.find((group) => group.id === chosen) : null;
  const connect = connecting.value ?? asked;
  const closeConnect = () => {
    connecting.value = null;
    if (query.value.get("connect")) setQuery({ connect: null }, { replace: true });
  };
  const created = (/** @type {Group} */ group) => {
    creating.close();
    groups.reload();
    if (stillAt(path)) setQuery({ group: group.id });
  };
  const hidden = may.off("computer-groups.view");
  if (hidden) return html`<${Note} icon="lock" title=${t("groups.hidden")}>${hidden}<//>`;
  return html`
    <${Loaded} resource=${groups} names=${names}>${(/** @type {Group[]} */ items) => (items.length === 0
      ? html`<${Card} padded=${false}><${Empty} title=${t("groups.none")} action=${create}>${t("groups.noneWords")}<//><//>`
      : html`<${Card} title=${t("groups.title", { n: items.length })} end=${create} padded=${false}>
          <div class="folds">${items.map((group) => html`
            <${Fold} key=${group.id} icon="computer" title=${html`<${Text} text=${group.name} />`} end=${html`<${Beside} group=${group} />`} open=${group.id === chosen}
              onToggle=${(/** @type {boolean} */ open) => { if (open !== (group.id === chosen)) setQuery({ group: open ? group.id : null }, { replace: true }); }}>
              ${group.id === chosen && html`<${Later} load=${loadGroup} group=${group} may=${may} names=${names} onConnect=${() => { connecting.value = group; }} reload=${groups.reload} />`}
            <//>`)}</div>
        <//>`)}<//>
    ${creating.what && html`<${CreateGroup} organization=${organization.id} names=${names} onClose=${creating.close} onDone=${created} />`}
    ${connect && html`<${Later} load=${loadConnect} group=${connect} off=${may.off("computers.enroll")} names=${names} onClose=${closeConnect} onMade=${groups.reload} />`}`;
}

/** @param {{ group: Group }} props */
function Beside({ group }) {
  const { version, update_channel: channel } = group.agent;
  return [version && t("groups.version", { version }), channel && t("groups.channel", { channel }), t("groups.keys", { n: group.enrollment_keys })].filter(Boolean).join(" · ");
}

/** @param {{ organization: string, names: Record<string, string>, onClose: () => void, onDone: (group: Group) => void }} props */
function CreateGroup({ organization, names, onClose, onDone }) {
  const name = useSignal("");
  const made = useSignal(/** @type {Group | null} */ (null));
  const work = async () => {
    made.value = await api.post("/v1/organizations/{organization_id}/groups", { params: { organization_id: organization }, body: { name: name.value.trim() } });
  };
  return html`
    <${Ask} title=${t("groups.createTitle")} action=${t("groups.create")} work=${work} onDone=${() => made.value && onDone(made.value)} onClose=${onClose} names=${names} off=${name.value.trim() ? undefined : t("field.nameFirst")}>
      ${(/** @type {unknown} */ problem) => html`<${Field} label=${t("field.name")} hint=${t("groups.createHint")} name="name" maxlength="200" takesFocus value=${name.value} error=${errorAt(problem, "/name")} onInput=${(/** @type {string} */ value) => { name.value = value; }} />`}
    <//>`;
}
