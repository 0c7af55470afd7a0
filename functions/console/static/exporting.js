// An export in parts: the server sends each with a last line that says where the next one begins; a part without that line was cut
// off. All parts become one file.

import { useEffect, useRef, useSignal } from "./ui.js";
import { readText } from "./api.js";

/** @typedef {"csv" | "jsonl"} Format */
/** @typedef {"/v1/requests/export" | "/v1/audit/system/export" | "/v1/audit/unified/export"} Path */
/** @typedef {{ rows: number, over: boolean, href: string, file: string }} Progress `file`: its name */
/** @typedef {{ rows: number, more: boolean }} Counted `more`: whether there may be others, which the server did not count any more */

const TYPES = { csv: "text/csv", jsonl: "application/jsonl" };
const LONG = 600_000;

/** A part without its last line, and what that says; null if it was cut off. @param {string} text @param {Format} format */
function endOf(text, format) {
  const body = text.replace(/\r?\n$/, "");
  const at = body.lastIndexOf("\n") + 1;
  const last = body.slice(at).replace(/\r$/, "");
  if (format === "csv") {
    const found = /^"?#end"?,"?(\d+)"?,"?([^",]*)"?$/.exec(last);
    return found && { body: text.slice(0, at), rows: Number(found[1]), cursor: found[2] || null };
  }
  if (!last.startsWith('{"end":')) return null;
  const { end } = JSON.parse(last);
  return { body: text.slice(0, at), rows: Number(end.rows), cursor: end.next_cursor ?? null };
}

/** Reads all parts. @param {Path} path @param {Record<string, string>} query @param {Format} format @param {AbortSignal} signal @param {(rows: number) => void} onRows */
async function readAll(path, query, format, signal, onRows) {
  const parts = [];
  let [rows, cursor] = [0, /** @type {string | null} */ (null)];
  do {
    const end = endOf(await readText(path, { query: { ...query, format, cursor }, signal, timeLimit: LONG }), format);
    if (!end) return null;
    parts.push(end.body);
    rows += end.rows;
    cursor = end.cursor;
    onRows(rows);
  } while (cursor);
  return { rows, file: new Blob(parts, { type: TYPES[format] }) };
}

/** How many rows an export would have. The server counts as far as it reads for one part. @param {Path} path @param {Record<string, string>} query @param {AbortSignal} signal @returns {Promise<Counted>} */
export async function countOf(path, query, signal) {
  const end = endOf(await readText(path, { query: { ...query, format: "jsonl", count: true }, signal, timeLimit: LONG }), "jsonl");
  if (!end) throw new Error(`${path} broke off`);
  return { rows: end.rows, more: end.cursor !== null };
}

/** One export at a time; what was read is saved as a file. @param {Path} path @param {string} name of the file, without its ending */
export function useExport(path, name) {
  const state = useSignal({ busy: false, progress: /** @type {Progress | null} */ (null), problem: /** @type {unknown} */ (null) });
  const left = useRef(/** @type {AbortController | null} */ (null));
  const href = useRef("");
  const forget = () => {
    if (href.current) URL.revokeObjectURL(href.current);
    href.current = "";
  };
  useEffect(() => () => {
    left.current?.abort();
    forget();
  }, []);
  const start = async (/** @type {Record<string, string>} */ query, /** @type {Format} */ format) => {
    forget();
    const mine = new AbortController();
    left.current = mine;
    const file = `${name}.${format}`;
    const begun = { over: false, href: "", file };
    state.value = { busy: true, progress: { ...begun, rows: 0 }, problem: null };
    try {
      const found = await readAll(path, query, format, mine.signal, (rows) => { state.value = { ...state.peek(), progress: { ...begun, rows } }; });
      if (mine.signal.aborted) return;
      if (!found) {
        state.value = { busy: false, progress: null, problem: "cut" };
        return;
      }
      href.current = URL.createObjectURL(found.file);
      save(href.current, file);
      state.value = { busy: false, progress: { rows: found.rows, over: true, href: href.current, file }, problem: null };
    } catch (problem) {
      if (!mine.signal.aborted) state.value = { busy: false, progress: null, problem };
    }
  };
  const stop = () => {
    left.current?.abort();
    state.value = { busy: false, progress: null, problem: null };
  };
  return { path, state: state.value, start, stop };
}

/** @param {string} href @param {string} name */
function save(href, name) {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
}
