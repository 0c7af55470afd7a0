// Texts of one's own settings.

/** @type {import("../../i18n.js").Texts} */
export default {
  "me.title": "Your settings",
  "me.account": "Account",
  "me.name": "Name",
  "me.email": "Email",
  "me.organization": "Organization",
  "me.until": "Signed in until",
  "me.signIn": "Sign-in",
  "me.withCode": "You signed in with a one-time code.",
  "me.withoutCode": "You signed in with your password alone. With one-time codes, a stolen password is not enough.",
  "me.codes": "Set up one-time codes",
  "me.browser": "This browser",
  "me.theme": "Theme",
  "me.theme.system": "As the system",
  "me.theme.light": "Light",
  "me.theme.dark": "Dark",
  "me.shortcuts": "Single keys are shortcuts (press ? to see them)",
};
