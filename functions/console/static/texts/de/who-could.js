// Who could do what the reader may not, and who can give a permission.

/** @type {import("../../i18n.js").Texts} */
export default {
  "whoCould.one": "Fragen Sie {name}. Diese Person darf es.",
  "whoCould.several": { one: "Fragen Sie {name} oder {n} weitere Person, die es darf.", other: "Fragen Sie {name} oder {n} weitere Personen, die es dürfen." },
  "whoCould.managing": "Die verwaltende Organisation darf es; fragen Sie dort.",
  "whoCould.nobody": "Niemand, der aktiv ist, darf es.",
  "whoCould.give.one": "{name} kann Ihnen <b>{permission}</b> geben.",
  "whoCould.give.several": { one: "{name} oder {n} weitere Person kann Ihnen <b>{permission}</b> geben.", other: "{name} oder {n} weitere Personen können Ihnen <b>{permission}</b> geben." },
  "whoCould.give.managing": "Die verwaltende Organisation kann Ihnen <b>{permission}</b> geben.",
  "whoCould.give.nobody": "Niemand, der aktiv ist, kann Ihnen <b>{permission}</b> geben.",
  "givers.one": "{name} kann sie geben.",
  "givers.several": { one: "{name} oder {n} weitere Person kann sie geben.", other: "{name} oder {n} weitere Personen können sie geben." },
  "givers.managing": "Die verwaltende Organisation kann sie geben.",
  "givers.nobody": "Niemand, der aktiv ist, kann sie geben.",
};
