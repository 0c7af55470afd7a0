// Texts of the search for everything.

/** @type {import("../../i18n.js").Texts} */
export default {
  "find.title": "Chercher",
  "find.label": "Chercher ou aller à",
  "find.hint": "Une page, une organisation, un chemin ou un hachage, un utilisateur, un ordinateur, une personne.",
  "find.pages": "Pages",
  "find.nothing": "Rien trouvé.",
};
