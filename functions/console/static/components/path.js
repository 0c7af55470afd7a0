// A path: it breaks after its separators, the folders quiet, the file's name bold; whole when copied.

import { Fragment, html, useSignal } from "../ui.js";
import { t } from "../i18n.js";
import { Copy } from "./copy.js";
import { Pieces, nameIn, original, piecesOf } from "./text.js";

const LONG = 600;

/** @param {{ path: string, boxed?: boolean }} props */
export function Path({ path, boxed }) {
  const whole = useSignal(false);
  const text = original(path);
  const split = lastSeparator(path);
  const cut = !whole.value && path.length > LONG;
  const folders = cut ? `${path.slice(0, LONG / 2)}…` : path.slice(0, split + 1);
  const copy = html`<${Copy} text=${text} label=${t("copy.path")} alone=${!boxed} />`;
  return html`
    <${Fragment}>
      ${boxed && html`<div class="boxed-head"><span class="label">${t("file.path")}</span>${copy}</div>`}
      <div class=${boxed ? "path boxed" : "path"}><bdi dir="ltr"><span class="path-folders"><${Breakable} pieces=${piecesOf(folders)} /></span><b><${Breakable} pieces=${nameIn(path.slice(split + 1))} /></b></bdi>${!boxed && copy}</div>
      ${cut && html`<button type="button" class="link" onClick=${() => { whole.value = true; }}>${t("path.whole", { n: path.length })}</button>`}
    <//>`;
}

/** Where the folders end. The backslash of an escape such as `\u{202e}` separates nothing. @param {string} path */
function lastSeparator(path) {
  for (let at = path.length - 1; at >= 0; at -= 1) {
    if (path[at] === "/" || (path[at] === "\\" && !path.startsWith("\\u{", at))) return at;
  }
  return -1;
}

/** @param {{ pieces: import("./text.js").Piece[] }} props */
function Breakable({ pieces }) {
  return pieces.map((piece) => (piece.hidden
    ? html`<${Pieces} pieces=${[piece]} />`
    : piece.text.split(/(?<=[\\/])/).map((part, nth) => (nth ? [html`<wbr />`, part] : part))));
}
