// Who could do what the reader may not.

/** @type {import("../../i18n.js").Texts} */
export default {
  "whoCould.one": "Demandez à {name}, qui le peut.",
  "whoCould.several": { one: "Demandez à {name} ou à {n} autre personne qui le peut.", other: "Demandez à {name} ou à {n} autres personnes qui le peuvent." },
  "whoCould.managing": "L’organisation gestionnaire le peut ; demandez-lui.",
  "whoCould.nobody": "Personne d’actif ne le peut.",
};
