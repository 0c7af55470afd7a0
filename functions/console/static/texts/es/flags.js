// Texts of the files that are flagged as malicious.

/** @type {import("../../i18n.js").Texts} */
export default {
  "flags.title": "Archivos marcados",
  "flags.words": "Nadie puede aprobar estos archivos hasta que se retire su marca.",
  "flags.below": "Con las organizaciones inferiores",
  "flags.none": "Ningún archivo está marcado como malicioso.",
  "flags.noneWords": "Marque un archivo en la página de una solicitud: las pendientes se deniegan y sus aprobaciones se revocan.",
  "flags.by": "Marcado por {name}, {time}.",
  "flags.at": "Vale en {organization} y por debajo.",
  "flags.atAbove": "Vale en una organización superior.",
  "flags.above": "Vale en una organización superior y se retira allí.",
  "flags.clearOne": "Retirar la marca de {name}",
  "flags.clearTitle": "¿Retirar la marca de {name}?",
  "flags.clearWhere": "Vale en {organization} y por debajo.",
};
