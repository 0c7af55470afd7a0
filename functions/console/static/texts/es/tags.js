// Texts of tags.

/** @type {import("../../i18n.js").Texts} */
export default {
  "tags.title": "Etiquetas",
  "tags.new": "Nueva etiqueta",
  "tags.make": "Crear",
  "tags.name": "Nombre",
  "tags.nameFirst": "Póngale primero un nombre.",
  "tags.by": "Qué son sus valores",
  "tags.valuesLabel": "Valores, uno por línea",
  "tags.valuesHint": "200 como máximo.",
  "tags.valueError": "Valor {n}: {what}",
  "tags.values": { one: "{by}: {n} valor", other: "{by}: {n} valores" },
  "tags.noValues": "No tiene valores y no coincide con nada.",
  "tags.menu": "Qué se puede hacer con {name}",
  "tags.edit": "Editar",
  "tags.editTitle": "Editar {name}",
  "tags.delete": "Eliminar",
  "tags.deleteTitle": "Eliminar {name}",
  "tags.deleteWords": { one: "Se pierde su {n} valor. No se puede eliminar una etiqueta que usen las directivas.", other: "Se pierden sus {n} valores. No se puede eliminar una etiqueta que usen las directivas." },
  "tags.keep": "Conservarla",
  "tags.when": "Las directivas toman los valores de una etiqueta cuando se implementan.",
  "tags.none": "Todavía no hay etiquetas.",
  "tags.noneWords": "Una etiqueta es una lista con nombre de rutas, editores o direcciones, para no repetirla en varias directivas.",
};
