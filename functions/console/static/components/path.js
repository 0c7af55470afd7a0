// A path: it breaks after its separators, the folders quiet, the file's name bold; whole when copied. Of more than ten lines those beyond
// are folded away, six of the folders and four of the name at most are shown.

import { Fragment, html, useLayoutEffect, useRef, useSignal } from "../ui.js";
import { t } from "../i18n.js";
import { Copy } from "./copy.js";
import { Pieces, nameIn, original, piecesOf } from "./text.js";

const LINES = 10;

/** @param {{ path: string, boxed?: boolean }} props */
export function Path({ path, boxed }) {
  const whole = useSignal(false);
  const { element, isLong } = useLong(path);
  const split = lastSeparator(path);
  const cut = !whole.value && isLong;
  const copy = html`<${Copy} text=${original(path)} label=${t("copy.path")} alone=${!boxed} />`;
  return html`
    <${Fragment}>
      ${boxed && html`<div class="boxed-head"><span class="label">${t("file.path")}</span>${copy}</div>`}
      <div class=${boxed ? "path boxed" : "path"}><bdi dir="ltr" ref=${element}><span class=${cut ? "path-folders path-cut" : "path-folders"}><${Breakable} pieces=${piecesOf(path.slice(0, split + 1))} /></span><b><${Breakable} pieces=${nameIn(path.slice(split + 1))} /></b></bdi>${!boxed && copy}</div>
      ${cut && html`<button type="button" class="link" onClick=${() => { whole.value = true; }}>${t("path.whole", { n: path.length })}</button>`}
    <//>`;
}

/** Whether a path has more than `LINES`, which depends on how wide its place is. @param {string} path */
function useLong(path) {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  /** The path that is too long. */
  const long = useSignal(/** @type {string | null} */ (null));
  const measure = () => {
    const { current } = element;
    if (current && current.getBoundingClientRect().height > (LINES + 0.5) * parseFloat(getComputedStyle(current).lineHeight)) long.value = path;
  };
  const latest = useRef(measure);
  latest.current = measure;
  useLayoutEffect(() => {
    if (long.value !== path) measure();
  });
  useLayoutEffect(() => {
    const place = element.current?.parentElement;
    if (!place) return undefined;
    let width = place.clientWidth;
    const watch = new ResizeObserver(() => {
      if (place.clientWidth === width) return;
      width = place.clientWidth;
      // Folded, it cannot be measured.
      if (long.value) long.value = null;
      else latest.current();
    });
    watch.observe(place);
    return () => watch.disconnect();
  }, []);
  return { element, isLong: long.value === path };
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
