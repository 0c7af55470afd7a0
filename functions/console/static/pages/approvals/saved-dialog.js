// Keeping the present filters under a name, and removing what was kept.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { Button } from "../../components/button.js";
import { Dialog } from "../../components/dialog.js";
import { Field } from "../../components/field.js";
import { Text, plainly } from "../../components/text.js";
import { NAME_MAX, drop, keep, presentSearch, savedFilters } from "./saved.js";

/** @param {{ onClose: () => void }} props */
export function SavedDialog({ onClose }) {
  const name = useSignal("");
  const search = presentSearch();
  const all = savedFilters();
  const off = search ? (name.value.trim() ? undefined : t("saved.nameFirst")) : t("saved.nothing");
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (off) return;
    keep(name.value.trim(), search);
    onClose();
  };
  const submit = (/** @type {MouseEvent} */ event) => save(event);
  return html`
    <${Dialog} title=${t("saved.title")} onClose=${onClose} actions=${html`<${Button} onClick=${onClose}>${t("keys.close")}<//><${Button} kind="primary" off=${off} onClick=${submit}>${t("save.plain")}<//>`}>
      <p class="quiet">${t("saved.words")}</p>
      ${search
        ? html`<form class="form" method="post" onSubmit=${save}><${Field} label=${t("saved.name")} name="name" maxlength=${NAME_MAX} autocomplete="off" takesFocus value=${name.value} onInput=${(/** @type {string} */ text) => { name.value = text; }} /></form>`
        : html`<p>${t("saved.nothing")}</p>`}
      ${all.length > 0 && html`<ul class="item-lines">${all.map((one) => html`<li key=${one.name} class="item-line"><span class="item-words"><${Text} text=${one.name} /></span><${Button} size="small" kind="bare" icon="close" label=${t("saved.remove", { name: plainly(one.name) })} onClick=${() => drop(one.name)} /></li>`)}</ul>`}
    <//>`;
}
