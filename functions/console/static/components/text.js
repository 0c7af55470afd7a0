// Text that is not ours: names, paths, reasons. It can neither reorder our sentences nor hide or imitate anything. What
// reorders, hides or looks alike is shown as a chip with its number. Joiners that Persian needs are kept.

import { html } from "../ui.js";

/** @typedef {{ text: string, hidden?: false } | { hidden: true, code: number, alike?: string }} Piece */

// Controls, marks that reorder, invisible characters. U+200C and U+200D join the letters of some scripts, and emoji; variation selectors
// choose the look of emoji and of Han letters. Elsewhere they are only unseen.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb]|\p{Co}|[\u{e0000}-\u{e0fff}]|(?<=[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]|(?<![\p{L}\p{M}\p{S}\ufe0f]))[\u200c\u200d]|(?<![\p{So}\p{Sk}\p{Script=Han}]|[\d#*](?=\ufe0f\u20e3))[\ufe00-\ufe0f]/u;
// As the server writes what cannot be seen.
const ESCAPE = /\\u\{([0-9a-f]{1,6}|…)\}/;
const PIECES = new RegExp(`${ESCAPE.source}|(${UNSEEN.source})`, "gu");
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
// Scripts with letters that look like Latin ones.
const FOREIGN = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Lisu}]/u;
// Their letters that cannot be told from Latin ones.
const TWINS = new Set("аеорсухіїёѕјԁһӏԛԝкѵүАВЕЁКМНОРСТУХІЇЅЈԌԚԜҮѴӀοανικυργϲϳΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿոսօհցզքՕՍՏԼᎠᎡᎢᎥᎪᎫᎬᎳᎷᎻᎽᏀᏃᏎᏏᏒᏔᏙᏚᏞᏟᏢᏦᏧᏴꓐꓑꓒꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓤꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ");
// Latin letters that cannot be told from those of ASCII. The dotless i, which Turkish needs, is marked in names of files alone.
const LATIN_TWINS = /[ɑɡȷǀǃ]/;
const LATIN_ENDING = /\.(?=[a-z0-9]*[a-z])[a-z0-9]{1,12}$/i;

/** Whether it is a Latin letter in another dress, such as a wide or a bold one. The raised ones of ordinals are none. @param {string} letter */
const isDressed = (letter) => /[^\u0000-\u007fªº]/u.test(letter) && /^[\p{Ll}\p{Lu}\p{Lt}\p{Lo}]$/u.test(letter) && /^[a-z]+$/i.test(letter.normalize("NFKC"));

/** Whether it is a digit, a dot or a stroke in another dress. @param {string} letter */
const isDressedMark = (letter) => /[\p{Nd}\p{Po}]/u.test(letter) && letter > "\u007f" && /^[0-9./\\]$/.test(letter.normalize("NFKC"));

/** Splits a text at what must be made visible. @param {string} text @returns {Piece[]} */
export const piecesOf = (text) => split(text, alikeInWords);

/** The same for the name of a file, which may imitate another one as a whole. @param {string} name @returns {Piece[]} */
export const nameIn = (name) => split(name, alikeInName);

/** @param {string} text @param {(plain: string) => Piece[]} alike @returns {Piece[]} */
function split(text, alike) {
  /** @type {Piece[]} */
  const pieces = [];
  let end = 0;
  for (const found of text.matchAll(PIECES)) {
    if (found.index > end) pieces.push({ text: text.slice(end, found.index) });
    end = found.index + found[0].length;
    const [, escape, unseen] = found;
    if (escape === "…") pieces.push({ text: "…" });
    else if (escape === "5c") pieces.push({ text: "\\" });
    else pieces.push({ hidden: true, code: escape ? parseInt(escape, 16) : unseen.codePointAt(0) ?? 0 });
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return joined(pieces.flatMap((piece) => (piece.hidden ? [piece] : alike(piece.text))));
}

/** As few pieces as there can be. @param {Piece[]} pieces */
function joined(pieces) {
  /** @type {Piece[]} */
  const all = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (last && !last.hidden && !piece.hidden) all[all.length - 1] = { text: last.text + piece.text };
    else all.push(piece);
  }
  return all;
}

/** Letters of another script, or in another dress, within a Latin word look like those that they are not; so does a name of such letters alone. @param {string} text @returns {Piece[]} */
function alikeInWords(text) {
  if (!/\s/.test(text) && onlyTwins(text)) return marked(text, (letter) => FOREIGN.test(letter));
  return [...parts(text)].flatMap((part) => {
    const letters = [...part];
    const isLatin = letters.some((letter) => /(?=\p{L})\p{Script=Latin}/u.test(letter) && !isDressed(letter));
    return isLatin ? marked(part, (letter) => FOREIGN.test(letter) || LATIN_TWINS.test(letter) || isDressed(letter) || isDressedMark(letter) || /\p{Nl}/u.test(letter)) : [{ text: part }];
  });
}

/** A name that could be read as Latin as a whole: it has a Latin ending, and no letter that says of which other script it is. @param {string} name @returns {Piece[]} */
function alikeInName(name) {
  const foreign = [...name].filter((letter) => FOREIGN.test(letter));
  const imitates = LATIN_ENDING.test(name) && foreign.every((letter) => TWINS.has(letter));
  // Wide digits are usual beside the letters that are as wide.
  const isMark = (/** @type {string} */ letter, /** @type {string} */ part) => isDressedMark(letter) && !(/\p{Nd}/u.test(letter) && WIDE.test(part));
  return alikeInWords(name).flatMap((piece) => (piece.hidden
    ? [piece]
    : [...parts(piece.text)].flatMap((part) => marked(part, (letter) => letter === "ı" || isDressed(letter) || isMark(letter, part) || (imitates && FOREIGN.test(letter))))));
}

/** Whether all its letters are of another script and look like Latin ones. @param {string} text */
function onlyTwins(text) {
  const letters = [...text].filter((letter) => /\p{L}/u.test(letter));
  return letters.length > 0 && letters.every((letter) => TWINS.has(letter));
}

/** The words of a text, and what is between them. @param {string} text */
function* parts(text) {
  let end = 0;
  for (const word of text.matchAll(WORD)) {
    if (word.index > end) yield text.slice(end, word.index);
    yield word[0];
    end = word.index + word[0].length;
  }
  if (end < text.length) yield text.slice(end);
}

/** @param {string} text @param {(letter: string) => boolean} isAlike @returns {Piece[]} */
function marked(text, isAlike) {
  /** @type {Piece[]} */
  const pieces = [];
  let plain = "";
  for (const letter of text) {
    if (!isAlike(letter)) {
      plain += letter;
      continue;
    }
    if (plain) pieces.push({ text: plain });
    plain = "";
    pieces.push({ hidden: true, code: letter.codePointAt(0) ?? 0, alike: letter });
  }
  if (plain) pieces.push({ text: plain });
  return pieces;
}

/** Whether something in a file's name reorders, hides or looks alike. @param {string | null | undefined} name */
export const deceives = (name) => nameIn(name ?? "").some((piece) => piece.hidden);

/** @param {number} code */
const codeName = (code) => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;

/** As a string that cannot reorder what is around it, for names and attributes. @param {string} text */
export function isolated(text) {
  const plain = plainly(text);
  return /[^\u0020-\u007e\u00a0-\u024f]/.test(plain) ? `\u2068${plain}\u2069` : plain;
}

/** As a string in which nothing is hidden. @param {string} text */
export const plainly = (text) => inPlain(piecesOf(text));

/** The same for the name of a file. @param {string} name */
export const nameInPlain = (name) => inPlain(nameIn(name));

/** @param {Piece[]} pieces */
const inPlain = (pieces) => pieces.map((piece) => (piece.hidden ? `${piece.alike ?? ""}[${codeName(piece.code)}]` : piece.text)).join("");

/** What was there before the server wrote escapes, for copying. @param {string} text */
export const original = (text) => piecesOf(text).map((piece) => (piece.hidden ? piece.alike ?? String.fromCodePoint(piece.code) : piece.text)).join("");

/** @param {{ pieces: Piece[] }} props */
export function Pieces({ pieces }) {
  return pieces.map((piece) => (piece.hidden
    ? html`<span class="hidden-char" dir="ltr">${piece.alike}<span class="hidden-code">${codeName(piece.code)}</span></span>`
    : piece.text));
}

/** @param {{ text: string | null | undefined, cut?: boolean, mono?: boolean, file?: boolean }} props `cut`: on one line, its end cut off, and whole under the pointer; `file`: the name of a file */
export function Text({ text, cut, mono, file }) {
  return html`<bdi title=${cut && text ? isolated(text) : undefined} class=${[cut && "cut", mono && "mono"].filter(Boolean).join(" ") || undefined}><${Pieces} pieces=${(file ? nameIn : piecesOf)(text ?? "")} /></bdi>`;
}

/** A reason or message in its own block, aligned as its language is. @param {{ text: string }} props */
export function Quote({ text }) {
  return html`<blockquote dir="auto"><${Pieces} pieces=${piecesOf(text)} /></blockquote>`;
}

/** A file's name, cut in its middle where it is too long, so that its ending is always there. @param {{ name: string }} props */
export function FileName({ name }) {
  const pieces = nameIn(name);
  const last = pieces.at(-1);
  if (!last || last.hidden) return html`<bdi class="file-name"><span class="file-name-head"><${Pieces} pieces=${pieces} /></span></bdi>`;
  const letters = [...last.text];
  const tail = letters.slice(-14).join("");
  const head = [...pieces.slice(0, -1), { text: letters.slice(0, -14).join("") }];
  return html`<bdi class="file-name" dir="ltr"><span class="file-name-head"><${Pieces} pieces=${head} /></span><span class="file-name-tail">${tail}</span></bdi>`;
}

/** A file's name as a heading: whole, and it may break after the marks between its parts. @param {{ name: string }} props */
export function WholeName({ name }) {
  return html`<bdi class="whole-name" dir="ltr">${nameIn(name).map((piece) => (piece.hidden
    ? html`<${Pieces} pieces=${[piece]} />`
    : piece.text.split(/(?<=[_\-. ])/).map((part, nth) => (nth ? [html`<wbr />`, part] : part))))}</bdi>`;
}
