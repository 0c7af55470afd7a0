// What a policy blocks and allows, in the order in which it is tried.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { ifMay } from "../../may.js";
import { useResource } from "../../resource.js";
import { Button } from "../../components/button.js";
import { Field } from "../../components/field.js";
import { Problem } from "../../api.js";
import { faultWords } from "../../components/problem.js";
import { Select } from "../../components/select.js";
import { plainly } from "../../components/text.js";

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {{ action: Schemas["PolicyAction"], by: Schemas["MatchBy"], values: string, tag: string }} Entry with one value a line, or a tag */

const BY = /** @type {const} */ (["path", "publisher", "sha256", "device", "domain", "address"]);
const MOST = 100;

/** @param {Schemas["PolicyEntry"]} entry @returns {Entry} */
export const shownEntry = ({ action, match }) => ({ action, by: match.by, values: (match.values ?? []).join("\n"), tag: match.tag_id ?? "" });

/** @param {Entry} entry @returns {Schemas["NewPolicyEntry"]} */
export const entryOf = ({ action, by, values, tag }) => ({ action, match: tag ? { by, values: [], tag_id: tag } : { by, values: values.split("\n").map((one) => one.trim()).filter(Boolean) } });

/** @param {{ entries: Entry[], organization: string, off: any, problem: unknown, onChange: (entries: Entry[]) => void }} props */
export function Entries({ entries, organization, off, problem, onChange }) {
  // Tags are an extra: whoever may not see them types values.
  const tags = useResource((signal) => ifMay("tags.view", organization, () => api.get("/v1/organizations/{organization_id}/tags", { params: { organization_id: organization }, signal }), null, signal), [organization]);
  const edit = (/** @type {number} */ at, /** @type {Partial<Entry>} */ part) => onChange(entries.map((one, nth) => (nth === at ? { ...one, ...part } : one)));
  const move = (/** @type {number} */ at, /** @type {number} */ by) => {
    const next = [...entries];
    next.splice(at + by, 0, ...next.splice(at, 1));
    onChange(next);
  };
  const add = () => onChange([...entries, { action: "allow", by: "path", values: "", tag: "" }]);
  return html`
    <fieldset class="entries"><legend class="field-label">${t("policy.entries")}</legend>
      ${entries.length > 0 && html`<ol class="entry-list">${entries.map((entry, at) => html`<${EntryRow} key=${at} entry=${entry} at=${at} last=${entries.length - 1} off=${off} error=${errorOf(problem, at)} tags=${tags.data?.items ?? []} onEdit=${(/** @type {Partial<Entry>} */ part) => edit(at, part)} onMove=${(/** @type {number} */ by) => move(at, by)} onDrop=${() => onChange(entries.filter((_, nth) => nth !== at))} />`)}</ol>`}
      <div><${Button} size="small" icon="plus" off=${off ?? (entries.length >= MOST ? t("policy.entriesFull") : undefined)} onClick=${add}>${t("policy.entryAdd")}<//></div>
    </fieldset>`;
}

/** The server's words about an entry, whatever part of it they name. @param {unknown} problem @param {number} at */
function errorOf(problem, at) {
  if (!(problem instanceof Problem)) return undefined;
  const found = problem.errors.find(({ pointer }) => pointer.startsWith(`/entries/${at}/`) || pointer === `/entries/${at}`);
  return found && faultWords(found);
}

/**
 * @param {{
 *   entry: Entry, at: number, last: number, off: any, error: string | undefined, tags: { id: string, name: string, by: Schemas["MatchBy"] }[],
 *   onEdit: (part: Partial<Entry>) => void, onMove: (by: number) => void, onDrop: () => void
 * }} props
 */
function EntryRow({ entry, at, last, off, error, tags, onEdit, onMove, onDrop }) {
  const n = at + 1;
  const options = [...BY.map((value) => ({ value, label: t(`policy.by.${value}`) })), ...tags.map(({ id, name }) => ({ value: `tag ${id}`, label: t("policy.byTag", { name: plainly(name) }) }))];
  const choose = (/** @type {string} */ value) => {
    const tag = tags.find(({ id }) => value === `tag ${id}`);
    onEdit(tag ? { tag: tag.id, by: tag.by } : { tag: "", by: /** @type {Schemas["MatchBy"]} */ (value) });
  };
  return html`
    <li class="entry">
      <${Select} hideLabel label=${t("policy.entryAction", { n })} value=${entry.action} options=${[{ value: "allow", label: t("policy.action.allow") }, { value: "block", label: t("policy.action.block") }]} onChange=${(/** @type {any} */ action) => onEdit({ action })} />
      <${Select} hideLabel label=${t("policy.entryBy", { n })} value=${entry.tag ? `tag ${entry.tag}` : entry.by} options=${options} onChange=${choose} />
      <div class="entry-values">${entry.tag
        ? html`<p class="quiet small">${t("policy.tagWords")}</p>`
        : html`<${Field} hideLabel label=${t("policy.entryValues", { n })} name=${`entry-${at}`} rows=${1} spellcheck=${false} placeholder=${t(`policy.hint.${entry.by}`)} value=${entry.values} error=${error} readonly=${Boolean(off)} onInput=${(/** @type {string} */ values) => onEdit({ values })} />`}</div>
      <span class="policy-move">
        <${Button} kind="bare" size="small" icon="up" label=${t("policy.entryUp", { n })} off=${off ?? (at === 0 ? t("policies.first") : undefined)} onClick=${() => onMove(-1)} />
        <${Button} kind="bare" size="small" icon="down" label=${t("policy.entryDown", { n })} off=${off ?? (at === last ? t("policies.last") : undefined)} onClick=${() => onMove(1)} />
        <${Button} kind="bare" size="small" icon="close" label=${t("policy.entryDrop", { n })} off=${off} onClick=${onDrop} /></span>
    </li>`;
}
