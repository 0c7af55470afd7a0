// Texts of the files that are flagged as malicious.

/** @type {import("../../i18n.js").Texts} */
export default {
  "flags.title": "Gemeldete Dateien",
  "flags.words": "Niemand kann diese Dateien genehmigen, bis ihre Meldung aufgehoben ist.",
  "flags.below": "Mit den Organisationen darunter",
  "flags.none": "Keine Datei ist als schädlich gemeldet.",
  "flags.noneWords": "Melden Sie eine Datei auf der Seite einer Anfrage: Offene Anfragen zu ihr werden dann abgelehnt und ihre Genehmigungen widerrufen.",
  "flags.by": "Gemeldet von {name}, {time}.",
  "flags.at": "Die Meldung gilt bei {organization} und darunter.",
  "flags.atAbove": "Die Meldung gilt bei einer übergeordneten Organisation.",
  "flags.above": "Die Meldung gilt bei einer übergeordneten Organisation und wird dort aufgehoben.",
  "flags.clearOne": "Meldung von {name} aufheben",
  "flags.clearTitle": "Meldung von {name} aufheben?",
  "flags.clearWhere": "Sie gilt bei {organization} und darunter.",
};
