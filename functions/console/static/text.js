// Turns the server's answers into words.

const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

// Characters that hide or reorder others are shown by number: "exe.\u{202E}fdp" must not look like a PDF file.
export function plain(text) {
  return String(text ?? "").replace(UNSEEN, (one) => `\\u{${one.codePointAt(0).toString(16).toUpperCase()}}`);
}

export function sentence(text) {
  const words = plain(text).trim();
  if (!words) return "";
  const start = words[0].toUpperCase() + words.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}

export function fileName(path) {
  const parts = String(path ?? "").split(/[\\/]/).filter(Boolean);
  return plain(parts.at(-1) || path || "");
}

export function size(bytes) {
  if (!Number.isFinite(bytes)) return "";
  const exact = `${bytes.toLocaleString("en")} bytes`;
  const unit = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), 4);
  if (unit === 0) return exact;
  return `${(bytes / 1024 ** unit).toFixed(1)} ${["", "KiB", "MiB", "GiB", "TiB"][unit]} (${exact})`;
}

export function moment(time) {
  return new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

export function ago(time) {
  const seconds = (Date.parse(time) - Date.now()) / 1000;
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const distance = Math.abs(seconds);
  if (distance < 60) return "just now";
  if (distance < 3600) return relative.format(Math.round(seconds / 60), "minute");
  if (distance < 86_400) return relative.format(Math.round(seconds / 3600), "hour");
  return relative.format(Math.round(seconds / 86_400), "day");
}

// "approve-for-group" → "Approve for group".
export function permission(id) {
  const words = plain(id).replaceAll("-", " ");
  return words ? words[0].toUpperCase() + words.slice(1) : "";
}

// The server's `missing`: each inner list is one set of permissions that would be enough.
export function missing(sets, organizations = {}) {
  const requirement = (one) => {
    const place = organizations[one.organization_id] || one.organization_id || "an organization that you may not see";
    return `“${permission(one.permission)}” ${one.below ? "at every organization below" : "at"} ${plain(place)}`;
  };
  return sets.map((set) => set.map(requirement).join(" and ")).filter(Boolean);
}

export function capital(word) {
  const words = plain(word).replaceAll("_", " ");
  return words ? words[0].toUpperCase() + words.slice(1) : "";
}
