// The tags of an organization: named lists of values, which entries of its policies name instead of values.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { usePages } from "../../pages.js";
import { useMay } from "../../may.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Empty } from "../../components/empty.js";
import { Later } from "../../components/later.js";
import { Loaded } from "../../components/loaded.js";
import { Menu } from "../../components/menu.js";
import { ShowMore } from "../../components/more.js";
import { useOpening } from "../../components/opening.js";
import { Refusals } from "../../components/refusals.js";
import { Text, plainly } from "../../components/text.js";

/** @typedef {import("../../api.js").Schemas["TagView"]} Tag */
/** @typedef {{ dialog: "new" } | { dialog: "edit" | "delete", one: Tag }} Open */

const loaders = {
  new: async () => (await import("./tag-dialogs.js")).NewTag,
  edit: async () => (await import("./tag-dialogs.js")).EditTag,
  delete: async () => (await import("./tag-dialogs.js")).DeleteTag,
};

/** @param {{ organization: string, names: Record<string, string> }} props */
export function Tags({ organization, names }) {
  const list = usePages((cursor, signal) => api.get("/v1/organizations/{organization_id}/tags", { params: { organization_id: organization }, query: { cursor }, signal }), [organization], { keep: "tags" });
  const may = useMay(organization, ["tags.create", "tags.edit", "tags.delete"], names);
  const open = useOpening(/** @type {Open | null} */ (null));
  const close = open.close;
  const done = () => {
    close();
    list.reload();
  };
  const fresh = () => { open.show({ dialog: "new" }); };
  const add = (/** @type {string} */ size) => html`<${Button} size=${size} kind="primary" off=${may.off("tags.create")} onClick=${fresh}>${t("tags.new")}<//>`;
  const at = open.what;
  return html`
    <${Loaded} resource=${list} names=${names} rows=${4}>${(/** @type {{ items: Tag[] }} */ { items }) => (items.length === 0
      ? html`<${Card} padded=${false}><${Empty} title=${t("tags.none")} action=${add("normal")}>${t("tags.noneWords")}<//><//>`
      : html`<${Card} padded=${false} title=${t("tags.title")} end=${add("small")}><ul class="item-lines">${items.map((one) => html`<${TagLine} key=${one.id} one=${one} may=${may} onEdit=${() => { open.show({ dialog: "edit", one }); }} onDelete=${() => { open.show({ dialog: "delete", one }); }} />`)}</ul><//>
        <p class="small quiet">${t("tags.when")}</p>`)}<//>
    <${ShowMore} list=${list} />
    <${Refusals} may=${may} names=${names} actions=${[["tags.create", t("tags.new")], ["tags.edit", t("tags.edit")], ["tags.delete", t("tags.delete")]]} />
    ${at && html`<${Later} key=${at.dialog} load=${loaders[at.dialog]} one=${"one" in at ? at.one : null} organization=${organization} names=${names} onClose=${close} onDone=${done} />`}`;
}

/** @param {{ one: Tag, may: import("../../may.js").May, onEdit: () => void, onDelete: () => void }} props */
function TagLine({ one, may, onEdit, onDelete }) {
  const name = plainly(one.name);
  return html`
    <li class="item-line tag-line">
      <div class="item-words"><b><${Text} text=${one.name} /></b>
        <details class="disclose"><summary>${t("tags.values", { n: one.values.length, by: t(`policy.by.${one.by}`) })}</summary>
          ${one.values.length > 0 ? html`<ul class="tag-values mono">${one.values.map((value) => html`<li key=${value}><${Text} text=${value} /></li>`)}</ul>` : html`<p class="quiet">${t("tags.noValues")}</p>`}
        </details></div>
      <${Menu} label=${t("tags.menu", { name })} items=${[
        { label: t("tags.edit"), icon: "note", off: may.off("tags.edit"), onClick: onEdit },
        { label: t("tags.delete"), icon: "close", bad: true, off: may.off("tags.delete"), onClick: onDelete },
      ]} />
    </li>`;
}
