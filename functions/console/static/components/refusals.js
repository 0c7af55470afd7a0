// What of a page the reader may not do, and what it would need: read by everybody, not only at the disabled button.

import { html } from "../ui.js";
import { Missing } from "./problem.js";
import { Note } from "./note.js";

/** @param {{ may: import("../may.js").May, actions: [string, string][], names?: Record<string, string> }} props `actions`: each with its words */
export function Refusals({ may, actions, names }) {
  /** @type {Map<string, { words: string[], missing: any, action: string }>} */
  const reasons = new Map();
  for (const [action, words] of actions) {
    const missing = may.missing(action);
    if (!missing.length) continue;
    const key = JSON.stringify(missing);
    const reason = reasons.get(key) ?? { words: [], missing, action };
    reason.words.push(words);
    reasons.set(key, reason);
  }
  return [...reasons].map(([key, { words, missing, action }]) => html`<${Note} key=${key} icon="lock" title=${words.join(" · ")}><${Missing} missing=${missing} names=${names} action=${action} organization=${may.organization} /><//>`);
}
