// What the keys do.

/** @type {import("../../i18n.js").Texts} */
export default {
  "keys.off": "Los atajos de una sola tecla se pueden desactivar en",
  "keys.j": "solicitud siguiente y anterior",
  "keys.Enter": "abrir; en un botón con el foco, pulsarlo",
  "keys.x": "seleccionar; seleccionar un intervalo",
  "keys.a": "ir a Aprobar o Denegar; un segundo Enter envía",
  "keys.e": "cambiar las opciones",
  "keys.t": "hacerse cargo de la solicitud",
  "keys.n": "dejar una nota",
  "keys.c": "copiar el enlace",
  "keys.g": "después a, g, c, p, r: Centro de aprobaciones, Concesiones, Equipos, Directivas, Informes",
  "keys./": "buscar",
  "keys.Esc": "un paso atrás",
  "keys.Ctrl+Enter": "guardar un formulario",
};
