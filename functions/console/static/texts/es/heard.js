// Texts of when the computer was told of a decision.

/** @type {import("../../i18n.js").Texts} */
export default {
  "heard.had": "{computer} lo supo {after} después.",
  "heard.revoked": "{computer} lo supo {after} después.",
  "heard.notYet": "El equipo no ha preguntado desde entonces.",
};
