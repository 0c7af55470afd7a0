// Texts of the search for everything.

/** @type {import("../../i18n.js").Texts} */
export default {
  "find.title": "Search",
  "find.label": "Search or go to",
  "find.hint": "A page, an organization, a path or hash, a user, a computer, a person.",
  "find.pages": "Pages",
  "find.nothing": "Nothing found.",
};
