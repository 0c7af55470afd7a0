// Texts of an approval whose time begins with its first use.

/** @type {import("../../i18n.js").Texts} */
export default {
  "firstUse.begins": "El plazo empieza con el primer uso, en cada equipo por separado",
  "firstUse.by": "Primer uso",
  "firstUse.within": { one: "en {n} día", other: "en {n} días" },
};
