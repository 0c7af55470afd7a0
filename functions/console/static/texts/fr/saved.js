// Texts of the dialog of saved filters.

/** @type {import("../../i18n.js").Texts} */
export default {
  "saved.words": "Ils restent dans ce navigateur, pour vous seul.",
  "saved.name": "Nom",
  "saved.nothing": "Rien n’est filtré ici qui puisse être enregistré.",
  "saved.remove": "Retirer {name}",
  "saved.nameFirst": "Donnez-lui d’abord un nom.",
};
