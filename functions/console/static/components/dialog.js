// A dialog in the middle of the window. Escape and the safe button close it; the focus goes back where it was.

import { html, useEffect, useId, useRef } from "../ui.js";

/** @param {{ title: any, onClose: () => void, children: any, actions: any }} props The safe button comes first and gets the focus. */
export function Dialog({ title, onClose, children, actions }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    const first = dialog?.querySelector("[data-first], .dialog-actions button");
    if (first instanceof HTMLElement) first.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const cancel = (/** @type {Event} */ event) => {
    event.preventDefault();
    onClose();
  };
  return html`
    <dialog ref=${element} class="dialog" aria-labelledby=${id} onCancel=${cancel}>
      <h2 id=${id}>${title}</h2>
      <div class="dialog-body">${children}</div>
      <div class="dialog-actions">${actions}</div>
    </dialog>`;
}
