// Texts that deliveries and integrations share: how a channel is doing, and test messages.

/** @type {import("../../i18n.js").Texts} */
export default {
  "health.missing": "Sin configurar",
  "health.paused": "En pausa",
  "health.failing": "Con fallos",
  "health.working": "Funciona",
  "health.unused": "Aún sin usar",
  "health.lastSuccess": "Último éxito {time}",
  "health.neverWorked": "Nunca ha transmitido un mensaje.",
  "health.lastFailure": "Último fallo {time}",
  "health.pausedUntil": { one: "Sin llamadas hasta el {time}, tras {n} fallo seguido.", other: "Sin llamadas hasta el {time}, tras {n} fallos seguidos." },

  "test.title": "Enviar un mensaje de prueba",
  "test.do": "Enviar un mensaje de prueba",
  "test.short": "Probar",
  "test.send": "Enviar la prueba",
  "test.of": "Probar: enviar un mensaje por {channel}",
  "test.address": "Dirección",
  "test.hint": "Un correo electrónico, sms: y un número de teléfono, o la dirección de una integración, como slack:Security desk.",
  "test.noAddress": "Indique primero el destino.",
  "test.to.email": "Correo electrónico",
  "test.to.sms": "Número de teléfono, con prefijo, como +49",
  "test.accepted": "Aceptado para {address}.",
  "test.refused": "No aceptado para {address}.",
};
