// Texts of the page that is shown without a connection.

/** @type {import("../../i18n.js").Texts} */
export default {
  "offline.window": "Keine Verbindung – Countersign",
  "offline.title": "Keine Verbindung",
  "offline.words": "Countersign ist nicht erreichbar, deshalb wird nichts davon gezeigt: Es könnte nicht mehr stimmen.",
  "offline.nothing": "Nichts wartet darauf, gesendet zu werden. Was Sie entschieden haben, gilt, wenn die Seite es gesagt hat.",
  "offline.again": "Erneut versuchen",
};
