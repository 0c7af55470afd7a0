// Texts that deliveries and integrations share: how a channel is doing, and test messages.

/** @type {import("../../i18n.js").Texts} */
export default {
  "health.missing": "Non configuré",
  "health.paused": "En pause",
  "health.failing": "En échec",
  "health.working": "Fonctionne",
  "health.unused": "Pas encore utilisé",
  "health.lastSuccess": "Dernier succès {time}",
  "health.neverWorked": "Il n’a encore transmis aucun message.",
  "health.lastFailure": "Dernier échec {time}",
  "health.pausedUntil": { one: "Pas d’appel jusqu’au {time}, après {n} échec d’affilée.", other: "Pas d’appel jusqu’au {time}, après {n} échecs d’affilée." },

  "test.title": "Envoyer un message de test",
  "test.do": "Envoyer un message de test",
  "test.short": "Tester",
  "test.send": "Envoyer le test",
  "test.of": "Tester : envoyer un message par {channel}",
  "test.address": "Adresse",
  "test.hint": "Une adresse e-mail, sms: et un numéro de téléphone, ou l’adresse d’une intégration comme slack:Équipe sécurité.",
  "test.noAddress": "Indiquez d’abord la destination.",
  "test.to.email": "Adresse e-mail",
  "test.to.sms": "Numéro de téléphone, comme +49 et la suite",
  "test.accepted": "Accepté pour {address}.",
  "test.refused": "Non accepté pour {address}.",
};
