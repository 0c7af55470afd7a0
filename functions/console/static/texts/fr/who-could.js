// Who could do what the reader may not, and who can give a permission.

/** @type {import("../../i18n.js").Texts} */
export default {
  "whoCould.one": "Demandez à {name}, qui le peut.",
  "whoCould.several": { one: "Demandez à {name} ou à {n} autre personne qui le peut.", other: "Demandez à {name} ou à {n} autres personnes qui le peuvent." },
  "whoCould.managing": "L’organisation gestionnaire le peut ; demandez-lui.",
  "whoCould.nobody": "Personne d’actif ne le peut.",
  "whoCould.give.one": "{name} peut vous accorder <b>{permission}</b>.",
  "whoCould.give.several": { one: "{name} ou {n} autre personne peut vous accorder <b>{permission}</b>.", other: "{name} ou {n} autres personnes peuvent vous accorder <b>{permission}</b>." },
  "whoCould.give.managing": "L’organisation gestionnaire peut vous accorder <b>{permission}</b>.",
  "whoCould.give.nobody": "Personne d’actif ne peut vous accorder <b>{permission}</b>.",
  "givers.one": "{name} peut l’accorder.",
  "givers.several": { one: "{name} ou {n} autre personne peut l’accorder.", other: "{name} ou {n} autres personnes peuvent l’accorder." },
  "givers.managing": "L’organisation gestionnaire peut l’accorder.",
  "givers.nobody": "Personne d’actif ne peut l’accorder.",
};
