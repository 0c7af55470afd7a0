// Texts of the search for everything.

/** @type {import("../../i18n.js").Texts} */
export default {
  "find.title": "Buscar",
  "find.label": "Buscar o ir a",
  "find.hint": "Una página, una organización, una ruta o un hash, un usuario, un equipo, una persona.",
  "find.pages": "Páginas",
  "find.nothing": "No se encontró nada.",
};
