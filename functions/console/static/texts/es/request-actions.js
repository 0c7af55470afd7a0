// Texts of what can be done with a request beside deciding.

/** @type {import("../../i18n.js").Texts} */
export default {
  "note.title": "Dejar una nota",
  "note.label": "Nota",
  "note.hint": "Solo pueden leerla los administradores que pueden abrir la solicitud.",
  "note.empty": "Escriba algo primero.",
  "handOver.title": "Pasar la solicitud",
  "handOver.words": "Se le comunica que queda a su cargo. Hacerse cargo de una solicitud no bloquea nada: decide quien tenga el permiso.",
  "handOver.to": "A",
  "handOver.nobody": "Elija primero a alguien.",
  "handOver.do": "Pasar",
  "flag.by": "{name} marcó este archivo ({time}).",
  "flag.here": "Nadie puede aprobarlo en {organization} ni en sus organizaciones subordinadas hasta que se retire la marca.",
  "flag.above": "Nadie puede aprobarlo hasta que se retire la marca. Procede de una organización superior.",
  "flag.covered": { one: "{count} aprobación de su editor todavía permite ejecutarlo. Revóquela si ya no confía en el editor:", other: "{count} aprobaciones de su editor todavía permiten ejecutarlo. Revoque aquellas en cuyo editor ya no confía:" },
  "flag.coveredAll": "Todas las aprobaciones vigentes",
  "flag.clear": "Retirar la marca",
  "flag.keep": "Conservar la marca",
  "flag.clearTitle": "¿Retirar la marca?",
  "flag.clearWords": "El archivo se podrá aprobar de nuevo. Lo que la marca denegó y revocó queda así.",
  "flag.title": "¿Marcar {name} como malicioso?",
  "flag.words": "En {organization} y en sus organizaciones subordinadas se deniegan las solicitudes pendientes de este archivo, se revocan sus aprobaciones y nadie puede aprobarlo hasta que se retire la marca. Retirarla no devuelve ninguna aprobación.",
  "flag.note": "Nota para los administradores",
  "flag.type": "Escriba {wanted} para confirmar",
  "flag.typeFirst": "Escríbalo primero.",
  "flag.do": "Marcar como malicioso",
};
