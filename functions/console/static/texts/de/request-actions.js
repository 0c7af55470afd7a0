// Texts of what can be done with a request beside deciding.

/** @type {import("../../i18n.js").Texts} */
export default {
  "note.title": "Notiz hinterlassen",
  "note.label": "Notiz",
  "note.hint": "Lesen können sie nur Administratoren, die die Anfrage öffnen dürfen.",
  "note.empty": "Schreiben Sie zuerst etwas.",
  "handOver.title": "Anfrage übergeben",
  "handOver.words": "Die Person erfährt, dass die Anfrage jetzt bei ihr liegt. Übernehmen sperrt nichts: Wer das Recht hat, entscheidet.",
  "handOver.to": "An",
  "handOver.nobody": "Wählen Sie zuerst jemanden aus.",
  "handOver.do": "Übergeben",
  "flag.by": "{name} hat diese Datei als schädlich gemeldet ({time}).",
  "flag.here": "Bei {organization} und darunter kann niemand sie genehmigen, bis die Meldung aufgehoben ist.",
  "flag.above": "Niemand kann sie genehmigen, bis die Meldung aufgehoben ist. Sie gilt bei einer übergeordneten Organisation.",
  "flag.covered": { one: "{count} Genehmigung ihres Herausgebers lässt sie weiterhin zu. Widerrufen Sie sie, wenn dem Herausgeber nicht mehr zu trauen ist:", other: "{count} Genehmigungen ihres Herausgebers lassen sie weiterhin zu. Widerrufen Sie die, deren Herausgeber nicht mehr zu trauen ist:" },
  "flag.coveredAll": "Alle geltenden Genehmigungen",
  "flag.clear": "Meldung aufheben",
  "flag.keep": "Meldung behalten",
  "flag.clearTitle": "Meldung aufheben?",
  "flag.clearWords": "Die Datei kann wieder genehmigt werden. Was durch die Meldung abgelehnt und widerrufen wurde, bleibt so.",
  "flag.title": "{name} als schädlich melden?",
  "flag.words": "Bei {organization} und darunter werden offene Anfragen dazu abgelehnt und Genehmigungen widerrufen, und niemand kann sie genehmigen, bis die Meldung aufgehoben ist. Das Aufheben bringt keine Genehmigung zurück.",
  "flag.note": "Notiz für Administratoren",
  "flag.type": "Geben Sie zur Bestätigung {wanted} ein",
  "flag.typeFirst": "Geben Sie es zuerst ein.",
  "flag.do": "Als schädlich melden",
};
