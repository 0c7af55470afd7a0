// Texts of the search for everything.

/** @type {import("../../i18n.js").Texts} */
export default {
  "find.title": "Suchen",
  "find.label": "Suchen oder öffnen",
  "find.hint": "Eine Seite, eine Organisation, ein Pfad oder Hash, ein Benutzer, ein Computer, eine Person.",
  "find.pages": "Seiten",
  "find.nothing": "Nichts gefunden.",
};
