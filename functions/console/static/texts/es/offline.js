// Texts of the page that is shown without a connection.

/** @type {import("../../i18n.js").Texts} */
export default {
  "offline.window": "Sin conexión – Countersign",
  "offline.title": "Sin conexión",
  "offline.words": "No se puede acceder a Countersign, así que no se muestra nada suyo: podría ya no ser cierto.",
  "offline.nothing": "No hay nada esperando a enviarse. Lo que decidió cuenta si la página lo confirmó.",
  "offline.again": "Reintentar",
};
