// Texts of revoking an approval.

/** @type {import("../../i18n.js").Texts} */
export default {
  "revoke.keep": "Conserver",
  "revoke.title": "Révoquer l’approbation de {name} ?",
  "revoke.words.computer": "{computer} ne peut plus l’utiliser.",
  "revoke.words.group": "Les ordinateurs de {group} ne peuvent plus l’utiliser.",
  "revoke.words.organization": "Les ordinateurs de {organization} ne peuvent plus l’utiliser.",
  "revoke.used": { one: "{n} ordinateur l’a utilisée.", other: "{n} ordinateurs l’ont utilisée." },
  "revoke.usedOf": { one: "Elle a été utilisée sur {used} ordinateur sur {count}.", other: "Elle a été utilisée sur {used} des {count} ordinateurs." },
  "revoke.undo": "Pour la rétablir, il faut que la demande soit refaite.",
  "revoke.message": "Message aux personnes qui ont demandé",
};
