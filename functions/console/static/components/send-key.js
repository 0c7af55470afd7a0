// Ctrl+Enter saves a form, from each of its fields. On a link it opens that in another tab.

/** @param {(event: KeyboardEvent) => void} send @returns {(event: KeyboardEvent) => void} for `onKeyDown` */
export const onSendKey = (send) => (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || /** @type {Element} */ (event.target).closest("a")) return;
  event.preventDefault();
  send(event);
};

/** Of the form itself: as its button does. */
export const submitByKey = onSendKey((event) => /** @type {HTMLFormElement} */ (event.currentTarget).requestSubmit());
