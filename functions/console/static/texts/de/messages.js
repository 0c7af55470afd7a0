// Texts that deliveries and integrations share: how a channel is doing, and test messages.

/** @type {import("../../i18n.js").Texts} */
export default {
  "health.missing": "Nicht eingerichtet",
  "health.paused": "Pausiert",
  "health.failing": "Gestört",
  "health.working": "Funktioniert",
  "health.unused": "Noch nicht verwendet",
  "health.lastSuccess": "Zuletzt {time} erfolgreich",
  "health.neverWorked": "Er hat noch nie eine Nachricht befördert.",
  "health.lastFailure": "Zuletzt {time} gescheitert",
  "health.pausedUntil": { one: "Wird bis {time} nicht aufgerufen, nach {n} Fehlversuch.", other: "Wird bis {time} nicht aufgerufen, nach {n} Fehlversuchen in Folge." },

  "test.title": "Testnachricht senden",
  "test.do": "Testnachricht senden",
  "test.short": "Testen",
  "test.send": "Test senden",
  "test.of": "Testen: eine Nachricht über {channel} senden",
  "test.address": "Adresse",
  "test.hint": "Eine E-Mail-Adresse, sms: und eine Telefonnummer oder die Adresse einer Integration wie slack:Security desk.",
  "test.noAddress": "Geben Sie zuerst an, wohin.",
  "test.to.email": "E-Mail-Adresse",
  "test.to.sms": "Telefonnummer, mit +49 am Anfang",
  "test.accepted": "Angenommen für {address}.",
  "test.refused": "Nicht angenommen für {address}.",
};
