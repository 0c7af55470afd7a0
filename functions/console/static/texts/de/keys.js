// What the keys do.

/** @type {import("../../i18n.js").Texts} */
export default {
  "keys.off": "Einzelne Tasten lassen sich ausschalten unter",
  "keys.j": "nächste und vorherige Anfrage",
  "keys.Enter": "öffnen; auf einer fokussierten Schaltfläche: drücken",
  "keys.x": "auswählen; einen Bereich auswählen",
  "keys.a": "zu Genehmigen oder Ablehnen; ein zweites Enter sendet",
  "keys.e": "Auswahl ändern",
  "keys.t": "Anfrage übernehmen",
  "keys.n": "Notiz hinterlassen",
  "keys.c": "Link kopieren",
  "keys.g": "dann a, g, c, p, r: Genehmigungscenter, Genehmigungen, Computer, Richtlinien, Berichte",
  "keys./": "suchen",
  "keys.Esc": "einen Schritt zurück",
  "keys.Ctrl+Enter": "Formular speichern",
};
