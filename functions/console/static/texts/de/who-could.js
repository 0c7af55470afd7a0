// Who could do what the reader may not.

/** @type {import("../../i18n.js").Texts} */
export default {
  "whoCould.one": "Fragen Sie {name}. Diese Person darf es.",
  "whoCould.several": { one: "Fragen Sie {name} oder {n} weitere Person, die es darf.", other: "Fragen Sie {name} oder {n} weitere Personen, die es dürfen." },
  "whoCould.managing": "Die verwaltende Organisation darf es; fragen Sie dort.",
  "whoCould.nobody": "Niemand, der aktiv ist, darf es.",
};
