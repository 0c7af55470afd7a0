// Texts of when the computer was told of a decision.

/** @type {import("../../i18n.js").Texts} */
export default {
  "heard.had": "{computer} had it {after} later.",
  "heard.revoked": "{computer} knew of it {after} later.",
  "heard.notYet": "The computer has not asked since.",
};
