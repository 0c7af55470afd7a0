// Texts of revoking an approval.

/** @type {import("../../i18n.js").Texts} */
export default {
  "revoke.keep": "Keep it",
  "revoke.title": "Revoke the approval of {name}?",
  "revoke.words.computer": "{computer} may not use it any more.",
  "revoke.words.group": "The computers of {group} may not use it any more.",
  "revoke.words.organization": "The computers of {organization} may not use it any more.",
  "revoke.used": { one: "{n} computer has used it.", other: "{n} computers have used it." },
  "revoke.usedOf": { one: "It was used on {used} of {count} computer.", other: "It was used on {used} of {count} computers." },
  "revoke.undo": "To give it back, whoever asked has to ask again.",
  "revoke.message": "Message to those who asked",
};
