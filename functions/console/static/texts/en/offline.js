// Texts of the page that is shown without a connection.

/** @type {import("../../i18n.js").Texts} */
export default {
  "offline.window": "No connection – Countersign",
  "offline.title": "No connection",
  "offline.words": "Countersign cannot be reached, so nothing of it is shown: it might no longer be true.",
  "offline.nothing": "Nothing waits to be sent. What you decided counts if the page said so.",
  "offline.again": "Try again",
};
