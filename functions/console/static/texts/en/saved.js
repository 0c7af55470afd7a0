// Texts of the dialog of saved filters.

/** @type {import("../../i18n.js").Texts} */
export default {
  "saved.words": "They are kept in this browser, for you alone.",
  "saved.name": "Name",
  "saved.nothing": "Nothing is filtered here that could be saved.",
  "saved.remove": "Remove {name}",
  "saved.nameFirst": "Give it a name first.",
};
