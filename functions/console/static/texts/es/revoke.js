// Texts of revoking an approval.

/** @type {import("../../i18n.js").Texts} */
export default {
  "revoke.keep": "Conservarla",
  "revoke.title": "¿Revocar la aprobación de {name}?",
  "revoke.words.computer": "{computer} ya no podrá usarlo.",
  "revoke.words.group": "Los equipos de {group} ya no podrán usarlo.",
  "revoke.words.organization": "Los equipos de {organization} ya no podrán usarlo.",
  "revoke.used": { one: "La ha usado {n} equipo.", other: "La han usado {n} equipos." },
  "revoke.usedOf": { one: "Se ha usado en {used} de {count} equipo.", other: "Se ha usado en {used} de {count} equipos." },
  "revoke.undo": "Para devolverla, quien la pidió tiene que volver a hacer la solicitud.",
  "revoke.message": "Mensaje para quienes la pidieron",
};
