// Text that is not ours: names, paths, reasons. It can neither reorder our sentences nor hide or imitate anything. What
// reorders, hides or looks alike is shown as a chip with its number. Joiners that Persian needs are kept.

import { html } from "../ui.js";

/** @typedef {{ text: string, hidden?: false } | { hidden: true, code: number, alike?: string }} Piece */

// Controls, marks that reorder, invisible characters; not U+200C and U+200D, which join letters.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\p{Co}|[\u{e0000}-\u{e0fff}]/u;
// As the server writes what cannot be seen.
const ESCAPE = /\\u\{([0-9a-f]{1,6}|…)\}/;
const PIECES = new RegExp(`${ESCAPE.source}|(${UNSEEN.source})`, "gu");
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** Splits a text at what must be made visible. @param {string} text @returns {Piece[]} */
export function piecesOf(text) {
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
  return pieces.flatMap((piece) => (piece.hidden ? [piece] : alikeIn(piece.text)));
}

/** Letters of another script within a Latin word look like those that they are not. @param {string} text @returns {Piece[]} */
function alikeIn(text) {
  /** @type {Piece[]} */
  const pieces = [];
  let end = 0;
  for (const word of text.matchAll(WORD)) {
    if (!/\p{Script=Latin}/u.test(word[0]) || !/[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(word[0])) continue;
    let at = word.index;
    for (const letter of word[0]) {
      if (/[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(letter)) {
        if (at > end) pieces.push({ text: text.slice(end, at) });
        pieces.push({ hidden: true, code: letter.codePointAt(0) ?? 0, alike: letter });
        end = at + letter.length;
      }
      at += letter.length;
    }
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** Whether something in it reorders, hides or looks alike. @param {string | null | undefined} text */
export const deceives = (text) => piecesOf(text ?? "").some((piece) => piece.hidden);

/** @param {number} code */
const codeName = (code) => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;

/** As a string that cannot reorder what is around it, for names and attributes. @param {string} text */
export function isolated(text) {
  const plain = plainly(text);
  return /[^\u0020-\u007e\u00a0-\u024f]/.test(plain) ? `\u2068${plain}\u2069` : plain;
}

/** As a string in which nothing is hidden. @param {string} text */
export const plainly = (text) => piecesOf(text).map((piece) => (piece.hidden ? `${piece.alike ?? ""}[${codeName(piece.code)}]` : piece.text)).join("");

/** What was there before the server wrote escapes, for copying. @param {string} text */
export const original = (text) => piecesOf(text).map((piece) => (piece.hidden ? piece.alike ?? String.fromCodePoint(piece.code) : piece.text)).join("");

/** @param {{ pieces: Piece[] }} props */
export function Pieces({ pieces }) {
  return pieces.map((piece) => (piece.hidden
    ? html`<span class="hidden-char" dir="ltr">${piece.alike}<span class="hidden-code">${codeName(piece.code)}</span></span>`
    : piece.text));
}

/** @param {{ text: string | null | undefined, cut?: boolean, mono?: boolean }} props `cut`: on one line, its end cut off */
export function Text({ text, cut, mono }) {
  return html`<bdi class=${[cut && "cut", mono && "mono"].filter(Boolean).join(" ") || undefined}><${Pieces} pieces=${piecesOf(text ?? "")} /></bdi>`;
}

/** A reason or message in its own block, aligned as its language is. @param {{ text: string }} props */
export function Quote({ text }) {
  return html`<blockquote dir="auto"><${Pieces} pieces=${piecesOf(text)} /></blockquote>`;
}

/** A file's name, cut in its middle where it is too long, so that its ending is always there. @param {{ name: string }} props */
export function FileName({ name }) {
  const pieces = piecesOf(name);
  const last = pieces.at(-1);
  if (!last || last.hidden) return html`<bdi class="file-name"><span class="file-name-head"><${Pieces} pieces=${pieces} /></span></bdi>`;
  const letters = [...last.text];
  const tail = letters.slice(-14).join("");
  const head = [...pieces.slice(0, -1), { text: letters.slice(0, -14).join("") }];
  return html`<bdi class="file-name" dir="ltr"><span class="file-name-head"><${Pieces} pieces=${head} /></span><span class="file-name-tail">${tail}</span></bdi>`;
}

/** A file's name as a heading: whole, and it may break after the marks between its parts. @param {{ name: string }} props */
export function WholeName({ name }) {
  return html`<bdi class="whole-name" dir="ltr">${piecesOf(name).map((piece) => (piece.hidden
    ? html`<${Pieces} pieces=${[piece]} />`
    : piece.text.split(/(?<=[_\-. ])/).map((part, nth) => (nth ? [html`<wbr />`, part] : part))))}</bdi>`;
}
