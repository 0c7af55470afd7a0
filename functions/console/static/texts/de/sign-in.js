// Texts of set-up, invitation, password reset and one-time codes.

/** @type {import("../../i18n.js").Texts} */
export default {
  "link.noToken": "Diese Adresse enthält kein Token.",
  "link.openWhole": "Öffnen Sie den vollständigen Link aus der Nachricht, die Sie erhalten haben.",

  "password.new": "Kennwort",
  "password.again": "Kennwort wiederholen",
  "password.hint": "Mindestens 12 Zeichen. Einige Wörter ohne Zusammenhang eignen sich gut.",
  "password.differ": "Die beiden Kennwörter sind verschieden.",

  "setup.title": "Countersign einrichten",
  "setup.words": "Damit werden die oberste Organisation und ihr erster Administrator angelegt, der alles darf. Das geht nur einmal.",
  "setup.noToken": "Öffnen Sie den vollständigen Link, den der Server beim Start ausgegeben hat.",
  "setup.organization": "Name der Organisation",
  "setup.name": "Ihr Name",
  "setup.email": "Ihre E-Mail-Adresse",
  "setup.emailHint": "Sie melden sich damit an, und Benachrichtigungen gehen dorthin.",
  "setup.do": "Einrichten",

  "invitation.title": "Ihre Einladung annehmen",
  "invitation.words": "Wählen Sie ein Kennwort, um Administrator zu werden. Der Link gilt einmal.",
  "invitation.do": "Annehmen",

  "reset.title": "Neues Kennwort wählen",
  "reset.words": "Alle Ihre Sitzungen enden. Der Link gilt einmal.",
  "reset.do": "Kennwort ändern",
  "reset.done": "Ihr Kennwort ist geändert. Melden Sie sich mit dem neuen an.",

  "forgotten.title": "Kennwort vergessen",
  "forgotten.words": "Geben Sie die E-Mail-Adresse an, mit der Sie sich anmelden. Dorthin geht ein Link für ein neues Kennwort; er gilt eine Stunde.",
  "forgotten.asked": "Wenn {email} die Adresse eines Administrators ist, ist ein Link dorthin unterwegs.",
  "forgotten.nothing": "Kommt nichts an, sehen Sie im Spam-Ordner nach oder fragen Sie einen anderen Administrator. An eine Adresse gehen höchstens drei Links in der Stunde.",
  "forgotten.do": "Link senden",
  "forgotten.back": "Zurück zur Anmeldung",

  "codes.title": "Einmalcodes einrichten",
  "codes.words": "Mit einer Authenticator-App genügt Ihr Kennwort allein nicht zur Anmeldung.",
  "codes.password": "Kennwort",
  "codes.passwordHint": "Ihr jetziges Kennwort, damit niemand sonst dies tun kann.",
  "codes.continue": "Weiter",
  "codes.scan": "Dieses Bild scannen",
  "codes.scanWords": "Öffnen Sie Ihre Authenticator-App und scannen Sie es.",
  "codes.here": "Auf diesem Gerät öffnen",
  "codes.picture": "QR-Code für Ihre Authenticator-App",
  "codes.key": "Oder diesen Schlüssel eingeben",
  "codes.copyKey": "Schlüssel kopieren",
  "codes.code": "Code, den die App anzeigt",
  "codes.confirm": "Bestätigen",
  "codes.keep": "Wiederherstellungscodes aufbewahren",
  "codes.keepWords": "Jeder gilt einmal anstelle eines Codes, wenn Sie Ihren Authenticator verlieren. Sie werden nicht noch einmal angezeigt.",
  "codes.recovery": "Wiederherstellungscodes",
  "codes.copyAll": "Alle Wiederherstellungscodes kopieren",
  "codes.kept": "Ich habe sie aufbewahrt",
};
