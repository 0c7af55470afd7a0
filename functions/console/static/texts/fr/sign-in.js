// Texts of set-up, invitation, password reset and one-time codes.

/** @type {import("../../i18n.js").Texts} */
export default {
  "link.noToken": "Cette adresse ne contient pas de jeton.",
  "link.openWhole": "Ouvrez le lien complet du message que vous avez reçu.",

  "password.new": "Mot de passe",
  "password.again": "Confirmation du mot de passe",
  "password.hint": "Au moins 12 caractères. Quelques mots sans rapport entre eux conviennent bien.",
  "password.differ": "Les deux mots de passe diffèrent.",

  "setup.title": "Installer Countersign",
  "setup.words": "Ceci crée l’organisation racine et son premier administrateur, qui peut tout faire. Ce n’est possible qu’une fois.",
  "setup.noToken": "Ouvrez le lien complet que le serveur a affiché à son démarrage.",
  "setup.organization": "Nom de l’organisation",
  "setup.name": "Votre nom",
  "setup.email": "Votre adresse e-mail",
  "setup.emailHint": "Elle sert à vous connecter, et les notifications y sont envoyées.",
  "setup.do": "Installer",

  "invitation.title": "Acceptez votre invitation",
  "invitation.words": "Choisissez un mot de passe pour devenir administrateur. Le lien n’est valable qu’une fois.",
  "invitation.do": "Accepter",

  "reset.title": "Choisissez un nouveau mot de passe",
  "reset.words": "Toutes vos sessions prennent fin. Le lien n’est valable qu’une fois.",
  "reset.do": "Changer le mot de passe",
  "reset.done": "Votre mot de passe est changé. Connectez-vous avec le nouveau.",

  "forgotten.title": "Mot de passe oublié",
  "forgotten.words": "Indiquez l’adresse e-mail avec laquelle vous vous connectez. Un lien pour choisir un nouveau mot de passe y est envoyé ; il est valable une heure.",
  "forgotten.asked": "Si {email} est l’adresse d’un administrateur, un lien est en route.",
  "forgotten.nothing": "Si rien n’arrive, regardez dans le dossier des indésirables ou demandez à un autre administrateur. Au plus trois liens par heure sont envoyés à une adresse.",
  "forgotten.do": "M’envoyer un lien",
  "forgotten.back": "Retour à la connexion",

  "codes.title": "Configurer des codes à usage unique",
  "codes.words": "Avec une application d’authentification, votre mot de passe seul ne suffit pas pour se connecter.",
  "codes.password": "Mot de passe",
  "codes.passwordHint": "Votre mot de passe actuel, pour que personne d’autre ne puisse le faire.",
  "codes.continue": "Continuer",
  "codes.scan": "Scannez cette image",
  "codes.scanWords": "Ouvrez votre application d’authentification et scannez-la.",
  "codes.here": "L’ouvrir sur cet appareil",
  "codes.picture": "Code QR pour votre application d’authentification",
  "codes.key": "Ou saisissez cette clé",
  "codes.copyKey": "Copier la clé",
  "codes.code": "Code affiché par l’application",
  "codes.confirm": "Confirmer",
  "codes.keep": "Conservez vos codes de récupération",
  "codes.keepWords": "Chacun fonctionne une fois à la place d’un code si vous perdez votre application d’authentification. Ils ne seront plus affichés.",
  "codes.recovery": "Codes de récupération",
  "codes.copyAll": "Copier tous les codes de récupération",
  "codes.kept": "Je les ai conservés",
};
