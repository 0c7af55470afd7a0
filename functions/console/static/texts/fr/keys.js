// What the keys do.

/** @type {import("../../i18n.js").Texts} */
export default {
  "keys.off": "Les raccourcis à une touche se désactivent dans",
  "keys.j": "demande suivante et précédente",
  "keys.Enter": "ouvrir ; sur un bouton actif, l’actionner",
  "keys.x": "sélectionner ; sélectionner une plage",
  "keys.a": "aller à Approuver ou Refuser ; un second appui sur Entrée envoie",
  "keys.e": "modifier les choix",
  "keys.t": "prendre en charge la demande",
  "keys.n": "laisser une note",
  "keys.c": "copier le lien",
  "keys.g": "puis a, g, c, p, r : Centre d’approbation, Approbations, Ordinateurs, Stratégies, Rapports",
  "keys./": "rechercher",
  "keys.Esc": "un pas en arrière",
  "keys.Ctrl+Enter": "enregistrer un formulaire",
};
