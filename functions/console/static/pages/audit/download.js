// The entries that are shown, as a file: CSV for tables, JSON lines for programs.

/** @typedef {import("./sentences.js").Entry} Entry */

const COLUMNS = ["at", "act", "actor_kind", "actor_id", "actor_name", "address", "organization_id", "about", "detail", "id"];

/** A cell that no spreadsheet takes for a formula. @param {unknown} value */
function cell(value) {
  const text = String(value ?? "");
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** @param {Entry} entry */
function row({ at, act, actor, address, organization_id: organization, about, detail, id }) {
  const { kind, id: actorId, name } = /** @type {{ kind: string, id?: string, name?: string }} */ (actor);
  return [at, act, kind, actorId, name, address, organization, about.join(" "), JSON.stringify(detail), id].map(cell).join(",");
}

const FORMS = {
  csv: { type: "text/csv", write: (/** @type {Entry[]} */ entries) => [COLUMNS.join(","), ...entries.map(row)].join("\r\n") },
  jsonl: { type: "application/x-ndjson", write: (/** @type {Entry[]} */ entries) => entries.map((entry) => JSON.stringify(entry)).join("\n") },
};

/** @param {Entry[]} entries @param {"csv" | "jsonl"} form @param {string} name */
export function download(entries, form, name) {
  const { type, write } = FORMS[form];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([write(entries), "\n"], { type: `${type};charset=utf-8` }));
  link.download = `${name}-${new Date().toISOString().slice(0, 10)}.${form}`;
  link.click();
  URL.revokeObjectURL(link.href);
}
