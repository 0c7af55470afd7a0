// Setting the maintenance mode of several computers, or of all of a group, and what became of each.

import { html, useSignal } from "../../ui.js";
import { loadTranslations, t } from "../../i18n.js";
import { Problem, api } from "../../api.js";
import { nameOf } from "../../fleet/computer-state.js";
import { MaintenanceChoice, USUAL, endOf } from "../../fleet/maintenance-choice.js";
import { Ask } from "../../components/ask.js";
import { Button } from "../../components/button.js";
import { Dialog } from "../../components/dialog.js";
import { Note } from "../../components/note.js";
import { words } from "../../components/problem.js";
import { Text, plainly } from "../../components/text.js";

/** @typedef {import("./page.js").Computer} Computer */
/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {Schemas["MaintenanceResult"]} Result */
/** @typedef {{ computers: Computer[], group: { id: string, name: string } | null, organization: string, names: Record<string, string>, onSet: () => unknown, onClose: () => void }} Props `group`: all of its computers are meant */

/** As many as one call takes. */
const AT_ONCE = 50;

/** @param {Props} props */
export function MaintenanceOfSeveral(props) {
  const results = useSignal(/** @type {Result[] | null} */ (null));
  if (results.value) return html`<${Results} key="results" results=${results.value} ...${props} />`;
  return html`<${Choose} key="choose" onResults=${(/** @type {Result[]} */ found) => { results.value = found; props.onSet(); }} ...${props} />`;
}

/** @param {Props & { onResults: (results: Result[]) => void }} props */
function Choose({ computers, group, organization, names, onClose, onResults }) {
  const mode = useSignal("");
  const lasts = useSignal(USUAL);
  const results = useSignal(/** @type {Result[]} */ ([]));
  const work = async () => {
    const change = { mode: /** @type {Schemas["NewMode"]} */ (mode.value), until: endOf(mode.value, lasts.value) };
    const post = (/** @type {Partial<Schemas["NewMaintenances"]>} */ which) => api.post("/v1/organizations/{organization_id}/maintenance", { params: { organization_id: organization }, body: { ...which, ...change } });
    const found = group ? await ofGroup(group.id, post) : await ofComputers(computers.map(({ id }) => id), post);
    if (found.some(({ problem }) => problem)) await loadTranslations("problems");
    results.value = found;
  };
  const title = group ? t("maintenance.groupTitle", { group: plainly(group.name) }) : t("maintenance.severalTitle", { n: computers.length });
  return html`
    <${Ask} title=${title} action=${t("maintenance.set")} off=${mode.value ? undefined : t("maintenance.chooseFirst")} work=${work} names=${names} onClose=${onClose} onDone=${() => onResults(results.value)}>${() => html`
      <${MaintenanceChoice} legend=${t("maintenance.choose")} mode=${mode} lasts=${lasts} ends />`}
    <//>`;
}

/** @typedef {(which: Partial<Schemas["NewMaintenances"]>) => Promise<Schemas["MaintenanceResults"]>} Post */

/** Repeated after a failure it is the same: who is in the mode already stays as it is. @param {string[]} ids @param {Post} post */
async function ofComputers(ids, post) {
  const results = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) results.push(...(await post({ computers: ids.slice(at, at + AT_ONCE) })).results);
  return results;
}

/** @param {string} group @param {Post} post */
async function ofGroup(group, post) {
  const results = [];
  /** @type {string | null} */
  let cursor = null;
  do {
    const page = await post({ group_id: group, cursor });
    results.push(...page.results);
    cursor = page.next_cursor ?? null;
  } while (cursor);
  return results;
}

/** @param {Props & { results: Result[] }} props */
function Results({ results, computers, onClose }) {
  const names = new Map(computers.map((one) => [one.id, nameOf(one)]));
  const refused = results.filter(({ status }) => status >= 300);
  const done = results.length - refused.length;
  return html`
    <${Dialog} title=${t("maintenance.title")} onClose=${onClose} actions=${html`<${Button} kind="primary" onClick=${onClose}>${t("maintenance.close")}<//>`}>
      <${Note} kind=${done ? "good" : "plain"} icon=${done ? "check" : "minus"} role="status">${t("maintenance.done", { n: done })}<//>
      ${refused.map(({ computer_id: id, status, problem }) => html`<${Note} key=${id} kind="warn" title=${html`<${Text} text=${names.get(id) ?? id} />`}>${words(new Problem(status, problem ?? {}))}<//>`)}
    <//>`;
}
