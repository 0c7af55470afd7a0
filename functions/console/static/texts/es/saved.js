// Texts of the dialog of saved filters.

/** @type {import("../../i18n.js").Texts} */
export default {
  "saved.words": "Se guardan en este navegador, solo para usted.",
  "saved.name": "Nombre",
  "saved.nothing": "Aquí no hay ningún filtro que guardar.",
  "saved.remove": "Quitar {name}",
  "saved.nameFirst": "Dele primero un nombre.",
};
