// Texts of when the computer was told of a decision.

/** @type {import("../../i18n.js").Texts} */
export default {
  "heard.had": "{computer} l’a su {after} plus tard.",
  "heard.revoked": "{computer} l’a su {after} plus tard.",
  "heard.notYet": "L’ordinateur n’a rien demandé depuis.",
};
