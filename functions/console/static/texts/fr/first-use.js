// Texts of an approval whose time begins with its first use.

/** @type {import("../../i18n.js").Texts} */
export default {
  "firstUse.begins": "La durée commence à la première utilisation, sur chaque ordinateur séparément",
  "firstUse.by": "Première utilisation",
  "firstUse.within": { one: "sous {n} jour", other: "sous {n} jours" },
};
