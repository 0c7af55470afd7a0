// A bottom sheet on a phone. Folded it is part of the page and follows it; open it is a modal dialog: Escape or the scrim
// fold it, and the focus goes back to what opened it. Dragging does the same as the button.

import { html, useEffect, useId, useRef } from "../ui.js";
import { t } from "../i18n.js";
import { Button } from "./button.js";

const FAR = 48;

/** @param {{ title: string, open: boolean, onOpen: () => void, onFold: () => void, folded: any, children: any, foot: any }} props */
export function Sheet({ title, open, onOpen, onFold, folded, children, foot }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const strip = useRef(/** @type {HTMLElement | null} */ (null));
  const id = useId();
  const drag = useDrag(() => (open ? onFold() : onOpen()), open ? 1 : -1);
  useEffect(() => {
    if (!open) return undefined;
    const element = dialog.current;
    element?.showModal();
    const first = element?.querySelector("[data-first]");
    if (first instanceof HTMLElement) first.focus();
    return () => {
      element?.close();
      if (!strip.current?.contains(document.activeElement)) strip.current?.querySelector("button")?.focus();
    };
  }, [open]);
  useRoom(strip, open);
  const cancel = (/** @type {Event} */ event) => {
    event.preventDefault();
    onFold();
  };
  const outside = (/** @type {MouseEvent} */ event) => {
    if (event.target === dialog.current) onFold();
  };
  if (!open) {
    return html`<section ref=${strip} class="sheet sheet-folded" aria-label=${title}><div class="sheet-grab" ...${drag}></div>${folded}<div class="sheet-foot">${foot}</div></section>`;
  }
  return html`
    <dialog ref=${dialog} class="sheet sheet-open" aria-labelledby=${id} onCancel=${cancel} onClick=${outside}>
      <div class="sheet-inside">
        <div class="sheet-grab" ...${drag}></div>
        <header class="sheet-head"><h2 id=${id} tabindex="-1" data-first>${title}</h2><${Button} kind="bare" icon="down" label=${t("sheet.fold")} onClick=${onFold} /></header>
        <div class="sheet-body">${children}</div>
        <div class="sheet-foot">${foot}</div>
      </div>
    </dialog>`;
}

/** Leaves room for the folded sheet below the page. @param {{ current: HTMLElement | null }} strip @param {boolean} open */
function useRoom(strip, open) {
  useEffect(() => {
    const root = document.documentElement;
    if (open || !strip.current) return undefined;
    const watch = new ResizeObserver(([entry]) => root.style.setProperty("--sheet-room", `${Math.ceil(entry.borderBoxSize[0].blockSize)}px`));
    watch.observe(strip.current);
    return () => watch.disconnect();
  }, [open]);
  useEffect(() => () => document.documentElement.style.removeProperty("--sheet-room"), []);
}

/** @param {() => void} done @param {1 | -1} direction downwards or upwards */
function useDrag(done, direction) {
  const from = useRef(/** @type {number | null} */ (null));
  return {
    onPointerDown: (/** @type {PointerEvent} */ event) => {
      from.current = event.clientY;
      if (event.target instanceof Element) event.target.setPointerCapture(event.pointerId);
    },
    onPointerUp: (/** @type {PointerEvent} */ event) => {
      const far = from.current === null ? 0 : (event.clientY - from.current) * direction;
      from.current = null;
      if (far > FAR) done();
    },
  };
}
