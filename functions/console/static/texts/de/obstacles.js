// Why nobody can do something with a request now, by the kind of obstacle. Only `other` is said by the server.

/** @type {import("../../i18n.js").Texts} */
export default {
  "obstacle.file-flagged": "Diese Datei ist als schädlich gemeldet. Niemand kann sie genehmigen, bis die Meldung aufgehoben ist.",
  "obstacle.computer-removed": "Der Computer, der gefragt hat, wurde entfernt.",
  "obstacle.computer-unconfirmed": "Ein anderer Computer hat denselben Namen wie der, der gefragt hat. Bestätigen oder entfernen Sie ihn, oder entscheiden Sie für diesen Computer allein.",
  "obstacle.computer-unreachable": "Klone des Computers verwenden dessen Token, das abgelehnt wird. Jeder muss sich neu registrieren und neu fragen; oder genehmigen Sie für die Gruppe oder die Organisation.",
  "obstacle.group-deleted": "Die Gruppe des Computers wurde gelöscht. Verschieben Sie ihn in eine andere, oder genehmigen Sie anders weit.",
  "obstacle.no-publisher": "Ein Speichergerät hat keinen Herausgeber. Genehmigen Sie dieses Gerät.",
  "obstacle.signer-not-verified": "Der Agent hat bei dieser Datei keine Signatur geprüft. Genehmigen Sie diese Datei.",
  "obstacle.publisher-not-allowed": "Die Organisation erlaubt keine Genehmigungen für einen Herausgeber.",
};
