// Texts of revoking an approval.

/** @type {import("../../i18n.js").Texts} */
export default {
  "revoke.keep": "Behalten",
  "revoke.title": "Die Genehmigung von {name} widerrufen?",
  "revoke.words.computer": "{computer} darf es nicht mehr verwenden.",
  "revoke.words.group": "Die Computer von {group} dürfen es nicht mehr verwenden.",
  "revoke.words.organization": "Die Computer von {organization} dürfen es nicht mehr verwenden.",
  "revoke.used": { one: "{n} Computer hat sie verwendet.", other: "{n} Computer haben sie verwendet." },
  "revoke.usedOf": { one: "Sie wurde auf {used} von {count} Computer verwendet.", other: "Sie wurde auf {used} von {count} Computern verwendet." },
  "revoke.undo": "Um sie zurückzubekommen, muss neu angefragt werden.",
  "revoke.message": "Nachricht an alle, die angefragt haben",
};
