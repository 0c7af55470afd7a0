// Who could do what the reader may not.

/** @type {import("../../i18n.js").Texts} */
export default {
  "whoCould.one": "Pregunte a {name}, que puede hacerlo.",
  "whoCould.several": { one: "Pregunte a {name} o a {n} persona más que puede hacerlo.", other: "Pregunte a {name} o a {n} personas más que pueden hacerlo." },
  "whoCould.managing": "La organización gestora puede hacerlo; pregunte allí.",
  "whoCould.nobody": "Nadie que esté activo puede hacerlo.",
};
