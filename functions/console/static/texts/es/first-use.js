// Texts of an approval whose time begins with its first use.

/** @type {import("../../i18n.js").Texts} */
export default {
  "firstUse.begins": "El plazo empieza con el primer uso, en cada equipo por separado",
  "firstUse.by": "Primer uso",
  "firstUse.within": { one: "en un plazo de {n} día", other: "en un plazo de {n} días" },
};
