// Every visible text comes from here. Texts are flat: "page.name" → a sentence, or one per plural category. `{name}` is
// replaced by a parameter, `<b>…</b>` is bold in `rich`. One folder per language, one file per page.

import { language, locale } from "./language.js";
import { Fragment, html } from "./ui.js";
import { Text, isolated } from "./components/text.js";

/** @typedef {string | { one?: string, few?: string, many?: string, other: string }} Entry */
/** @typedef {Record<string, Entry>} Texts */

export { language, locale };
document.documentElement.lang = language;

/** @type {Texts} */
const texts = {};
/** @type {Map<string, Promise<void>>} */
const loaded = new Map();
const plurals = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(locale);

/** Loads the texts of a page, once. @param {string} name */
export function loadTexts(name) {
  const present = loaded.get(name);
  if (present) return present;
  const load = import(`./texts/${language}/${name}.js`).then((module) => {
    Object.assign(texts, module.default);
  });
  load.catch(() => loaded.delete(name));
  loaded.set(name, load);
  return load;
}

/** Loads what the server says in English in the reader's language. Without it the server's own words are shown. @param {"problems" | "faults" | "obstacles" | "permissions"} name */
export const loadTranslations = async (name) => (language === "en" ? undefined : loadTexts(name).catch(() => undefined));

/** @param {string} key */
export const hasText = (key) => key in texts;

/**
 * The sentence of a key; a plural one is chosen by the parameter `n`.
 * @param {string} key @param {Record<string, unknown>} parameters
 */
function sentenceOf(key, parameters) {
  const entry = texts[key];
  if (entry === undefined) throw new Error(`there is no text \`${key}\``);
  if (typeof entry === "string") return entry;
  const category = /** @type {keyof typeof entry} */ (plurals.select(Number(parameters.n)));
  return entry[category] ?? entry.other;
}

/** @param {unknown} value */
const written = (value) => (typeof value === "number" ? numbers.format(value) : isolated(String(value ?? "")));

/**
 * A text as a string, for names and attributes. What is not ours cannot reorder the sentence around it.
 * @param {string} key @param {Record<string, unknown>} [parameters]
 */
export function t(key, parameters = {}) {
  const sentence = sentenceOf(key, parameters);
  return sentence.replace(/<\/?b>/g, "").replace(/\{(\w+)\}/g, (_, name) => written(parameters[name]));
}

/**
 * A text as elements. Strings among the parameters are shown as text that is not ours; elements stay as they are.
 * @param {string} key @param {Record<string, unknown>} [parameters]
 */
export function rich(key, parameters = {}) {
  const pieces = sentenceOf(key, parameters).split(/(<b>.*?<\/b>)/);
  const filled = pieces.map((piece) => {
    const bold = piece.startsWith("<b>");
    const inner = fill(bold ? piece.slice(3, -4) : piece, parameters);
    return bold ? html`<b>${inner}</b>` : inner;
  });
  return html`<${Fragment}>${filled}<//>`;
}

/** @param {string} piece @param {Record<string, unknown>} parameters */
function fill(piece, parameters) {
  return piece.split(/(\{\w+\})/).map((part) => {
    if (!part.startsWith("{")) return part;
    const value = parameters[part.slice(1, -1)];
    if (typeof value === "number") return numbers.format(value);
    return typeof value === "string" ? html`<${Text} text=${value} />` : value;
  });
}
