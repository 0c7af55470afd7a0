// Texts of what can be done with a request beside deciding.

/** @type {import("../../i18n.js").Texts} */
export default {
  "note.title": "Laisser une note",
  "note.label": "Note",
  "note.hint": "Seuls les administrateurs qui peuvent ouvrir la demande peuvent la lire.",
  "note.empty": "Écrivez d’abord quelque chose.",
  "handOver.title": "Confier la demande",
  "handOver.words": "Cette personne apprend que la demande lui revient. Prendre en charge une demande ne verrouille rien : décide qui en a le droit.",
  "handOver.to": "À",
  "handOver.nobody": "Choisissez d’abord quelqu’un.",
  "handOver.do": "Confier",
  "flag.by": "{name} a signalé ce fichier ({time}).",
  "flag.here": "Personne ne peut l’approuver dans {organization} ni en dessous tant que le signalement n’est pas levé.",
  "flag.above": "Personne ne peut l’approuver tant que le signalement n’est pas levé. Il compte dans une organisation supérieure.",
  "flag.covered": { one: "{count} approbation de son éditeur permet encore de l’exécuter. Révoquez-la si l’éditeur n’est plus digne de confiance :", other: "{count} approbations de son éditeur permettent encore de l’exécuter. Révoquez celles dont l’éditeur n’est plus digne de confiance :" },
  "flag.coveredAll": "Toutes les approbations en vigueur",
  "flag.clear": "Lever le signalement",
  "flag.keep": "Conserver le signalement",
  "flag.clearTitle": "Lever le signalement ?",
  "flag.clearWords": "Le fichier peut de nouveau être approuvé. Ce que le signalement a refusé et révoqué le reste.",
  "flag.title": "Signaler {name} comme malveillant ?",
  "flag.words": "Dans {organization} et en dessous, les demandes en attente le concernant sont refusées, ses approbations révoquées, et personne ne peut l’approuver tant que le signalement n’est pas levé. Le lever ne rétablit aucune approbation.",
  "flag.note": "Note pour les administrateurs",
  "flag.type": "Saisissez {wanted} pour confirmer",
  "flag.typeFirst": "Saisissez-le d’abord.",
  "flag.do": "Signaler comme malveillant",
};
