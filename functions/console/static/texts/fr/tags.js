// Texts of tags.

/** @type {import("../../i18n.js").Texts} */
export default {
  "tags.title": "Étiquettes",
  "tags.new": "Nouvelle étiquette",
  "tags.make": "Créer",
  "tags.name": "Nom",
  "tags.nameFirst": "Donnez-lui d’abord un nom.",
  "tags.by": "Nature de ses valeurs",
  "tags.valuesLabel": "Valeurs, une par ligne",
  "tags.valuesHint": "200 au plus.",
  "tags.valueError": "Valeur {n} : {what}",
  "tags.values": { one: "{by} : {n} valeur", other: "{by} : {n} valeurs" },
  "tags.noValues": "Elle n’a aucune valeur et ne correspond à rien.",
  "tags.menu": "Ce que l’on peut faire de {name}",
  "tags.edit": "Modifier",
  "tags.editTitle": "Modifier {name}",
  "tags.delete": "Supprimer",
  "tags.deleteTitle": "Supprimer {name}",
  "tags.deleteWords": { one: "Sa {n} valeur est perdue. Une étiquette citée par des stratégies ne peut pas être supprimée.", other: "Ses {n} valeurs sont perdues. Une étiquette citée par des stratégies ne peut pas être supprimée." },
  "tags.keep": "La conserver",
  "tags.when": "Les stratégies reprennent les valeurs d’une étiquette à leur déploiement.",
  "tags.none": "Pas encore d’étiquette.",
  "tags.noneWords": "Une étiquette est une liste nommée de chemins, d’éditeurs ou d’adresses, que plusieurs stratégies n’ont ainsi pas à répéter.",
};
