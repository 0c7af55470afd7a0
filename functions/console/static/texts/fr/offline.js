// Texts of the page that is shown without a connection.

/** @type {import("../../i18n.js").Texts} */
export default {
  "offline.window": "Pas de connexion – Countersign",
  "offline.title": "Pas de connexion",
  "offline.words": "Countersign est injoignable ; rien n’en est donc affiché : ce ne serait peut-être plus vrai.",
  "offline.nothing": "Rien n’attend d’être envoyé. Ce que vous avez décidé compte si la page l’a indiqué.",
  "offline.again": "Réessayer",
};
