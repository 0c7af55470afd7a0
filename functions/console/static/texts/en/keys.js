// What the keys do.

/** @type {import("../../i18n.js").Texts} */
export default {
  "keys.off": "Single keys can be turned off in",
  "keys.j": "next and previous request",
  "keys.Enter": "open; on a focused button, press it",
  "keys.x": "select; select a range",
  "keys.a": "go to Approve or Deny; a second Enter sends",
  "keys.e": "change the choices",
  "keys.t": "take the request",
  "keys.n": "leave a note",
  "keys.c": "copy the link",
  "keys.g": "then a, g, c, p, r: Approval Center, Grants, Computers, Policies, Reports",
  "keys./": "search",
  "keys.Esc": "one step back",
  "keys.Ctrl+Enter": "save a form",
};
