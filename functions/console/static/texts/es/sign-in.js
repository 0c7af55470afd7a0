// Texts of set-up, invitation, password reset and one-time codes.

/** @type {import("../../i18n.js").Texts} */
export default {
  "link.noToken": "Esta dirección no tiene token.",
  "link.openWhole": "Abra el enlace completo del mensaje que recibió.",

  "password.new": "Contraseña",
  "password.again": "Repita la contraseña",
  "password.hint": "Al menos 12 caracteres. Unas cuantas palabras sin relación entre sí van bien.",
  "password.differ": "Las dos contraseñas no coinciden.",

  "setup.title": "Configurar Countersign",
  "setup.words": "Esto crea la organización raíz y su primer administrador, que puede hacerlo todo. Solo se puede hacer una vez.",
  "setup.noToken": "Abra el enlace completo que mostró el servidor al iniciarse.",
  "setup.organization": "Nombre de la organización",
  "setup.name": "Su nombre",
  "setup.email": "Su correo electrónico",
  "setup.emailHint": "Con él inicia sesión, y a él llegan las notificaciones.",
  "setup.do": "Configurar",

  "invitation.title": "Aceptar su invitación",
  "invitation.words": "Elija una contraseña para ser administrador. El enlace sirve una sola vez.",
  "invitation.do": "Aceptar",

  "reset.title": "Elegir una contraseña nueva",
  "reset.words": "Todas sus sesiones terminan. El enlace sirve una sola vez.",
  "reset.do": "Cambiar la contraseña",
  "reset.done": "Su contraseña se ha cambiado. Inicie sesión con la nueva.",

  "forgotten.title": "Contraseña olvidada",
  "forgotten.words": "Indique el correo electrónico con el que inicia sesión. Allí llega un enlace para elegir una contraseña nueva; sirve durante una hora.",
  "forgotten.asked": "Si {email} es la dirección de un administrador, un enlace está en camino.",
  "forgotten.nothing": "Si no llega nada, mire en la carpeta de correo no deseado o pregunte a otro administrador. A una dirección se envían como mucho tres enlaces por hora.",
  "forgotten.do": "Enviarme un enlace",
  "forgotten.back": "Volver a iniciar sesión",

  "codes.title": "Configurar códigos de un solo uso",
  "codes.words": "Con una aplicación de autenticación, su contraseña sola no basta para iniciar sesión.",
  "codes.password": "Contraseña",
  "codes.passwordHint": "Su contraseña actual, para que nadie más pueda hacer esto.",
  "codes.continue": "Continuar",
  "codes.scan": "Escanee esta imagen",
  "codes.scanWords": "Abra su aplicación de autenticación y escanéela.",
  "codes.here": "Abrirla en este dispositivo",
  "codes.picture": "Código QR para su aplicación de autenticación",
  "codes.key": "O escriba esta clave",
  "codes.copyKey": "Copiar la clave",
  "codes.code": "Código que muestra la aplicación",
  "codes.confirm": "Confirmar",
  "codes.keep": "Guarde sus códigos de recuperación",
  "codes.keepWords": "Cada uno sirve una vez en lugar de un código si pierde su aplicación de autenticación. No se vuelven a mostrar.",
  "codes.recovery": "Códigos de recuperación",
  "codes.copyAll": "Copiar todos los códigos de recuperación",
  "codes.kept": "Los he guardado",
};
