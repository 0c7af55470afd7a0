// Why nobody can do something with a request now, by the kind of obstacle. Only `other` is said by the server.

/** @type {import("../../i18n.js").Texts} */
export default {
  "obstacle.file-flagged": "Este archivo está marcado como malicioso. Nadie puede aprobarlo hasta que se retire la marca.",
  "obstacle.computer-removed": "El equipo que lo pidió se ha retirado.",
  "obstacle.computer-unconfirmed": "Otro equipo tiene el mismo nombre que el que lo pidió. Confírmelo o retírelo, o decida solo para este equipo.",
  "obstacle.computer-unreachable": "Clones del equipo usan su token, que se rechaza. Cada uno debe inscribirse y pedirlo de nuevo; o apruebe para el grupo o la organización.",
  "obstacle.group-deleted": "El grupo del equipo se ha eliminado. Mueva el equipo a otro grupo o apruebe con otro alcance.",
  "obstacle.no-publisher": "Un dispositivo de almacenamiento no tiene editor. Apruebe este dispositivo.",
  "obstacle.signer-not-verified": "El agente no ha verificado ninguna firma de este archivo. Apruebe este archivo.",
  "obstacle.publisher-not-allowed": "La organización no permite aprobaciones para un editor.",
};
