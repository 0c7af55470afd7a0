// Texts of set-up, invitation, password reset and one-time codes.

/** @type {import("../../i18n.js").Texts} */
export default {
  "link.noToken": "This address has no token.",
  "link.openWhole": "Open the complete link from the message that you received.",

  "password.new": "Password",
  "password.again": "Password, again",
  "password.hint": "At least 12 characters. A few unrelated words work well.",
  "password.differ": "The two passwords differ.",

  "setup.title": "Set up Countersign",
  "setup.words": "This creates the root organization and its first administrator, who may do everything. It can be done only once.",
  "setup.noToken": "Open the complete link that the server printed when it started.",
  "setup.organization": "Name of the organization",
  "setup.name": "Your name",
  "setup.email": "Your email address",
  "setup.emailHint": "You sign in with it, and notifications go there.",
  "setup.do": "Set up",

  "invitation.title": "Accept your invitation",
  "invitation.words": "Choose a password to become an administrator. The link works once.",
  "invitation.do": "Accept",

  "reset.title": "Choose a new password",
  "reset.words": "All your sessions end. The link works once.",
  "reset.do": "Change password",
  "reset.done": "Your password is changed. Sign in with the new one.",

  "forgotten.title": "Forgotten password",
  "forgotten.words": "Give the email address with which you sign in. A link for choosing a new password goes there; it is good for one hour.",
  "forgotten.asked": "If {email} is the address of an administrator, a link is on its way to it.",
  "forgotten.nothing": "If nothing arrives, look into the spam folder, or ask another administrator. At most three links an hour are sent to one address.",
  "forgotten.do": "Send me a link",
  "forgotten.back": "Back to signing in",

  "codes.title": "Set up one-time codes",
  "codes.words": "With an authenticator app, your password alone is not enough to sign in.",
  "codes.password": "Password",
  "codes.passwordHint": "Your current password, so that nobody else can do this.",
  "codes.continue": "Continue",
  "codes.scan": "Scan this picture",
  "codes.scanWords": "Open your authenticator app and scan it.",
  "codes.here": "Open it on this device",
  "codes.picture": "QR code for your authenticator app",
  "codes.key": "Or type this key",
  "codes.copyKey": "Copy the key",
  "codes.code": "Code that the app shows",
  "codes.confirm": "Confirm",
  "codes.keep": "Keep your recovery codes",
  "codes.keepWords": "Each works once in place of a code if you lose your authenticator. They are not shown again.",
  "codes.recovery": "Recovery codes",
  "codes.copyAll": "Copy all recovery codes",
  "codes.kept": "I have kept them",
};
