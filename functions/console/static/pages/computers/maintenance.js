// Setting the maintenance mode of several computers, or of all of a group, and what became of each.

import { html, useEffect, useRef, useSignal } from "../../ui.js";
import { loadTranslations, t } from "../../i18n.js";
import { computerName } from "../../format.js";
import { Problem, api } from "../../api.js";
import { PAGE, everything } from "../../everything.js";
import { useResource } from "../../resource.js";
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
/** @typedef {{ computers: Computer[], group: { id: string, name: string } | null, organization: string, names: Record<string, string>, onSet: () => unknown, onDone: () => void, onClose: () => void }} Props `group`: all of its computers are meant; `onSet`: the mode of some of them was set; `onDone`: all of them had their turn */

/** As many as one call takes. */
const AT_ONCE = 50;

/** @param {Props} props */
export function MaintenanceOfSeveral(props) {
  const results = useSignal(/** @type {Result[] | null} */ (null));
  if (results.value) return html`<${Results} key="results" results=${results.value} ...${props} />`;
  return html`<${Choose} key="choose" onResults=${(/** @type {Result[]} */ found) => { results.value = found; props.onDone(); }} ...${props} />`;
}

/** @param {Props & { onResults: (results: Result[]) => void }} props */
function Choose({ computers, group, organization, names, onSet, onClose, onResults }) {
  const mode = useSignal("");
  const lasts = useSignal(USUAL);
  const results = useSignal(/** @type {Result[]} */ ([]));
  const end = useEnd(mode, lasts);
  const closed = useRef(false);
  useEffect(() => () => { closed.current = true; }, []);
  const work = async () => {
    const change = { mode: /** @type {Schemas["NewMode"]} */ (mode.value), until: end() };
    const post = (/** @type {Partial<Schemas["NewMaintenances"]>} */ which) => api.post("/v1/organizations/{organization_id}/maintenance", { params: { organization_id: organization }, body: { ...which, ...change } });
    results.value = [];
    try {
      for await (const page of group ? ofGroup(group.id, post) : ofComputers(computers.map(({ id }) => id), post)) {
        results.value = [...results.value, ...page.results];
        if (closed.current) return;
      }
    } finally {
      if (results.value.some(({ problem }) => problem)) await loadTranslations("problems");
      if (results.value.some(isSet)) onSet();
    }
  };
  const title = group ? t("maintenance.groupTitle", { group: plainly(group.name) }) : t("maintenance.severalTitle", { n: computers.length });
  return html`
    <${Ask} title=${title} action=${t("maintenance.set")} off=${mode.value ? undefined : t("maintenance.chooseFirst")} work=${work} names=${names} onClose=${onClose} onDone=${() => { if (!closed.current) onResults(results.value); }}>${(/** @type {unknown} */ problem) => html`
      <${MaintenanceChoice} legend=${t("maintenance.choose")} mode=${mode} lasts=${lasts} ends />
      ${problem !== null && results.value.length > 0 && html`<${Became} results=${results.value} computers=${computers} group=${group} organization=${organization} />`}`}
    <//>`;
}

/**
 * When the mode ends. Repeated after a failure it is the same: the server leaves those as they are that have this mode until this moment.
 * @param {import("@preact/signals").Signal<string>} mode @param {import("@preact/signals").Signal<string>} lasts
 */
function useEnd(mode, lasts) {
  const sent = useRef({ choice: "", until: /** @type {string | null} */ (null) });
  return () => {
    const choice = `${mode.value} ${lasts.value}`;
    if (sent.current.choice !== choice) sent.current = { choice, until: endOf(mode.value, lasts.value) };
    return sent.current.until;
  };
}

/** @typedef {(which: Partial<Schemas["NewMaintenances"]>) => Promise<Schemas["MaintenanceResults"]>} Post */

/** Call after call, as each one is asked for. @param {string[]} ids @param {Post} post */
async function* ofComputers(ids, post) {
  for (let at = 0; at < ids.length; at += AT_ONCE) yield await post({ computers: ids.slice(at, at + AT_ONCE) });
}

/** @param {string} group @param {Post} post */
async function* ofGroup(group, post) {
  /** @type {string | null} */
  let cursor = null;
  do {
    const page = await post({ group_id: group, cursor });
    yield page;
    cursor = page.next_cursor ?? null;
  } while (cursor);
}

/** @param {Result} result */
const isSet = ({ status }) => status < 300;

/** @param {Props & { results: Result[] }} props */
function Results({ onClose, ...props }) {
  return html`
    <${Dialog} title=${t("maintenance.title")} onClose=${onClose} actions=${html`<${Button} kind="primary" onClick=${onClose}>${t("maintenance.close")}<//>`}>
      <${Became} ...${props} />
    <//>`;
}

/** How many were set, and why the others were not. @param {Pick<Props, "computers" | "group" | "organization"> & { results: Result[] }} props */
function Became({ results, computers, group, organization }) {
  const refused = results.filter((one) => !isSet(one));
  const done = results.length - refused.length;
  const known = new Map(computers.map((one) => [one.id, computerName(one)]));
  // Of a group not all need to have been shown. Those that cannot be read have their id for a name.
  const unknown = group !== null && refused.some(({ computer_id: id }) => !known.has(id));
  const read = useResource(async (signal) => (unknown ? (await everything((cursor) => api.get("/v1/organizations/{organization_id}/computers", { params: { organization_id: organization }, query: { group_id: group.id, limit: PAGE, cursor }, signal }))).items : []), [unknown]);
  for (const one of read.data ?? []) known.set(one.id, computerName(one));
  return html`
    <${Note} kind=${done ? "good" : "plain"} icon=${done ? "check" : "minus"} role="status">${t("maintenance.done", { n: done })}<//>
    ${refused.map(({ computer_id: id, status, problem }) => html`<${Note} key=${id} kind="warn" title=${html`<${Text} text=${known.get(id) ?? id} />`}>${words(new Problem(status, problem ?? {}))}<//>`)}`;
}
