// Texts of the files that are flagged as malicious.

/** @type {import("../../i18n.js").Texts} */
export default {
  "flags.title": "Fichiers signalés",
  "flags.words": "Personne ne peut approuver ces fichiers tant que leur signalement n’est pas levé.",
  "flags.below": "Avec les organisations en dessous",
  "flags.none": "Aucun fichier n’est signalé comme malveillant.",
  "flags.noneWords": "Signalez un fichier sur la page d’une demande : les demandes en attente sont alors refusées et ses approbations révoquées.",
  "flags.by": "Signalé par {name}, {time}.",
  "flags.at": "Vaut pour {organization} et en dessous.",
  "flags.atAbove": "Vaut pour une organisation au-dessus.",
  "flags.above": "Vaut pour une organisation au-dessus, où le signalement se lève.",
  "flags.clearOne": "Lever le signalement de {name}",
  "flags.clearTitle": "Lever le signalement de {name} ?",
  "flags.clearWhere": "Il vaut pour {organization} et en dessous.",
};
