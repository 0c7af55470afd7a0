// Who could do what the reader may not, and who can give a permission.

/** @type {import("../../i18n.js").Texts} */
export default {
  "whoCould.one": "Pregunte a {name}, que puede hacerlo.",
  "whoCould.several": { one: "Pregunte a {name} o a {n} persona más que puede hacerlo.", other: "Pregunte a {name} o a {n} personas más que pueden hacerlo." },
  "whoCould.managing": "La organización gestora puede hacerlo; pregunte allí.",
  "whoCould.nobody": "Nadie que esté activo puede hacerlo.",
  "whoCould.give.one": "{name} puede darle <b>{permission}</b>.",
  "whoCould.give.several": { one: "{name} o {n} persona más pueden darle <b>{permission}</b>.", other: "{name} o {n} personas más pueden darle <b>{permission}</b>." },
  "whoCould.give.managing": "La organización gestora puede darle <b>{permission}</b>.",
  "whoCould.give.nobody": "Nadie que esté activo puede darle <b>{permission}</b>.",
  "givers.one": "{name} puede darlo.",
  "givers.several": { one: "{name} o {n} persona más pueden darlo.", other: "{name} o {n} personas más pueden darlo." },
  "givers.managing": "La organización gestora puede darlo.",
  "givers.nobody": "Nadie que esté activo puede darlo.",
};
