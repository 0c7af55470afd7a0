// The menu of an export: its formats, each with how many rows it will have. They are counted when the menu is opened.

import { html, useSignal } from "../ui.js";
import { t } from "../i18n.js";
import { countOf } from "../exporting.js";
import { useResource } from "../resource.js";
import { Button } from "./button.js";
import { Menu } from "./menu.js";

/** @typedef {import("../exporting.js").Path} Path */
/** @typedef {import("../exporting.js").Counted} Counted */

/**
 * The number of rows in words, once the menu was opened; a later opening counts anew.
 * @param {Path} path @param {Record<string, string>} query @param {string} words
 */
function useRows(path, query, words) {
  const opened = useSignal({ of: "", times: 0 });
  const of = JSON.stringify([path, query]);
  const { times } = opened.value;
  const asked = opened.value.of === of;
  const { data, problem } = useResource(async (signal) => (asked ? countOf(path, query, signal) : null), [of, asked, times]);
  const ask = (/** @type {ToggleEvent} */ event) => {
    if (event.newState === "open") opened.value = { of, times: times + 1 };
  };
  if (data) return { ask, rows: t(`${words}.${data.more ? "least" : "all"}`, { n: data.rows }) };
  return { ask, rows: t(problem === null ? `${words}.counting` : `${words}.uncounted`) };
}

/** @param {{ exporting: ReturnType<typeof import("../exporting.js").useExport>, query: Record<string, string>, words: "audit.export" | "export" }} props `words`: how the keys of its texts begin */
export function ExportMenu({ exporting: { path, state, start, stop }, query, words }) {
  const { rows, ask } = useRows(path, query, words);
  if (state.busy) return html`<${Button} size="small" onClick=${stop}>${t(`${words}.stop`)}<//>`;
  const as = (/** @type {"csv" | "jsonl"} */ form) => ({ label: html`${t(`${words}.${form}`)} <span class="menu-why">${rows}</span>`, icon: "download", onClick: () => start(query, form) });
  return html`<span onToggleCapture=${ask}><${Menu} label=${t(`${words}.do`)} icon="download" text=${t(`${words}.do`)} items=${[as("csv"), as("jsonl")]} /></span>`;
}
