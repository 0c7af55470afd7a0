// Why nobody can do something with a request now, by the kind of obstacle. Only `other` is said by the server.

/** @type {import("../../i18n.js").Texts} */
export default {
  "obstacle.file-flagged": "Ce fichier est signalé comme malveillant. Personne ne peut l’approuver tant que le signalement n’est pas levé.",
  "obstacle.computer-removed": "L’ordinateur qui a demandé a été retiré.",
  "obstacle.computer-unconfirmed": "Un autre ordinateur porte le nom de celui qui a demandé. Confirmez-le ou retirez-le, ou décidez pour cet ordinateur seul.",
  "obstacle.computer-unreachable": "Des clones de l’ordinateur utilisent son jeton, qui est refusé. Chacun doit s’inscrire et demander à nouveau ; ou approuvez pour le groupe ou l’organisation.",
  "obstacle.group-deleted": "Le groupe de l’ordinateur a été supprimé. Déplacez l’ordinateur dans un autre, ou approuvez avec une autre portée.",
  "obstacle.no-publisher": "Un périphérique de stockage n’a pas d’éditeur. Approuvez ce périphérique.",
  "obstacle.signer-not-verified": "L’agent n’a vérifié aucune signature de ce fichier. Approuvez ce fichier.",
  "obstacle.publisher-not-allowed": "L’organisation n’autorise pas d’approbation pour un éditeur.",
};
