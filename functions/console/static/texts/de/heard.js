// Texts of when the computer was told of a decision.

/** @type {import("../../i18n.js").Texts} */
export default {
  "heard.had": "{computer} erfuhr es {after} später.",
  "heard.revoked": "{computer} erfuhr es {after} später.",
  "heard.notYet": "Der Computer hat seither nicht gefragt.",
};
