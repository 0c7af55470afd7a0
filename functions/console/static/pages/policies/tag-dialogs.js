// Making a tag, giving it another name and other values, and deleting one that no policy names.

import { html, useEffect, useRef, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { Problem, api } from "../../api.js";
import { Ask } from "../../components/ask.js";
import { Confirm } from "../../components/confirm.js";
import { Field } from "../../components/field.js";
import { Select } from "../../components/select.js";
import { errorAt, faultWords } from "../../components/problem.js";
import { plainly } from "../../components/text.js";

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {import("./tags.js").Tag} Tag */
/** @typedef {{ organization: string, names: Record<string, string>, onClose: () => void, onDone: () => void }} Common */

const BY = /** @type {const} */ (["path", "publisher", "sha256", "device", "domain", "address"]);

/** One value a line. @param {string} text */
const valuesOf = (text) => text.split("\n").map((one) => one.trim()).filter(Boolean);

/**
 * The values of somebody else, without those that were taken out here and with those that were added here.
 * @param {string[]} before what both have begun with @param {string[]} mine @param {string[]} theirs
 */
function joined(before, mine, theirs) {
  // The order is kept as well.
  if (JSON.stringify(theirs) === JSON.stringify(before)) return mine;
  const kept = theirs.filter((one) => mine.includes(one) || !before.includes(one));
  return [...kept, ...mine.filter((one) => !before.includes(one) && !theirs.includes(one))];
}

/** As it is now. @param {{ organization_id: string, tag_id: string }} params @returns {Promise<Tag>} */
const read = (params) => api.get("/v1/organizations/{organization_id}/tags/{tag_id}", { params });

/** @param {{ name: import("@preact/signals").Signal<string>, values: import("@preact/signals").Signal<string>, problem: unknown }} props */
function Fields({ name, values, problem }) {
  const errors = problem instanceof Problem ? problem.errors.filter(({ pointer }) => pointer.startsWith("/values")) : [];
  // Which value is meant is the number at the end of the pointer.
  const said = errors.map((error) => {
    const nth = Number(error.pointer.split("/").at(2) ?? NaN);
    return Number.isNaN(nth) ? faultWords(error) : t("tags.valueError", { n: nth + 1, what: faultWords(error) });
  });
  return html`
    <${Field} label=${t("tags.name")} name="name" maxlength="50" autocomplete="off" takesFocus value=${name.value} error=${errorAt(problem, "/name")} onInput=${(/** @type {string} */ value) => { name.value = value; }} />
    <${Field} label=${t("tags.valuesLabel")} hint=${t("tags.valuesHint")} name="values" rows=${6} spellcheck=${false} value=${values.value} error=${said.join(" ") || undefined} onInput=${(/** @type {string} */ value) => { values.value = value; }} />`;
}

/** @param {Common} props */
export function NewTag({ organization, names, onClose, onDone }) {
  const name = useSignal("");
  const by = useSignal(/** @type {Schemas["MatchBy"]} */ ("path"));
  const values = useSignal("");
  const work = () => api.post("/v1/organizations/{organization_id}/tags", { params: { organization_id: organization }, body: { name: name.value, by: by.value, values: valuesOf(values.value) } });
  return html`
    <${Ask} title=${t("tags.new")} action=${t("tags.make")} work=${work} names=${names} off=${name.value.trim() ? undefined : t("tags.nameFirst")} onClose=${onClose} onDone=${onDone}>${(/** @type {unknown} */ problem) => html`
      <${Select} label=${t("tags.by")} value=${by.value} options=${BY.map((value) => ({ value, label: t(`policy.by.${value}`) }))} onChange=${(/** @type {any} */ value) => { by.value = value; }} />
      <${Fields} name=${name} values=${values} problem=${problem} />`}
    <//>`;
}

/** @param {Common & { one: Tag }} props */
export function EditTag({ one, organization, names, onClose, onDone }) {
  const name = useSignal(one.name);
  const values = useSignal(one.values.join("\n"));
  // The name may be saved although the values are refused: the next attempt goes on from there.
  const saved = useSignal(one);
  const closed = useRef(false);
  useEffect(() => () => { closed.current = true; }, []);
  const params = { organization_id: organization, tag_id: one.id };
  const work = async () => {
    if (name.value !== saved.value.name) {
      saved.value = await api.patch("/v1/organizations/{organization_id}/tags/{tag_id}", { params, body: { name: name.value }, ifMatch: saved.value.revision });
    }
    if (closed.current) return;
    const wanted = valuesOf(values.value);
    if (JSON.stringify(wanted) !== JSON.stringify(saved.value.values)) {
      saved.value = await api.put("/v1/organizations/{organization_id}/tags/{tag_id}/values", { params, body: { values: wanted }, ifMatch: saved.value.revision });
    }
  };
  // What was changed here is then changed in the tag as it is now.
  const again = async () => {
    const [before, now] = [saved.value, await read(params)];
    if (name.value === before.name) name.value = now.name;
    values.value = joined(before.values, valuesOf(values.value), now.values).join("\n");
    saved.value = now;
  };
  // The list does not have yet what was saved or read here.
  const close = () => (saved.value === one ? onClose() : onDone());
  return html`
    <${Ask} title=${t("tags.editTitle", { name: plainly(one.name) })} action=${t("save.plain")} work=${work} names=${names} reload=${again} off=${name.value.trim() ? undefined : t("tags.nameFirst")} onClose=${close} onDone=${onDone}>${(/** @type {unknown} */ problem) => html`
      <${Fields} name=${name} values=${values} problem=${problem} />
      <p class="small quiet">${t("tags.when")}</p>`}
    <//>`;
}

/** @param {Common & { one: Tag }} props */
export function DeleteTag({ one, organization, names, onClose, onDone }) {
  const seen = useSignal(one);
  const params = { organization_id: organization, tag_id: one.id };
  const work = () => api.delete("/v1/organizations/{organization_id}/tags/{tag_id}", { params, ifMatch: seen.value.revision });
  const again = async () => { seen.value = await read(params); };
  return html`
    <${Confirm} title=${t("tags.deleteTitle", { name: plainly(one.name) })} action=${t("tags.delete")} safe=${t("tags.keep")} work=${work} names=${names} reload=${again} onClose=${onClose} onDone=${onDone}>
      <p>${t("tags.deleteWords", { n: seen.value.values.length })}</p>
    <//>`;
}
