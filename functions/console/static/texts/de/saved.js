// Texts of the dialog of saved filters.

/** @type {import("../../i18n.js").Texts} */
export default {
  "saved.words": "Sie bleiben in diesem Browser, nur für Sie.",
  "saved.name": "Name",
  "saved.nothing": "Hier ist nichts gefiltert, das gespeichert werden könnte.",
  "saved.remove": "{name} entfernen",
  "saved.nameFirst": "Geben Sie zuerst einen Namen ein.",
};
