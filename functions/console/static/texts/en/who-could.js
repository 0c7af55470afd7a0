// Who could do what the reader may not.

/** @type {import("../../i18n.js").Texts} */
export default {
  "whoCould.one": "Ask {name}, who may do it.",
  "whoCould.several": { one: "Ask {name} or {n} other who may do it.", other: "Ask {name} or {n} others who may do it." },
  "whoCould.managing": "The managing organization may do it; ask there.",
  "whoCould.nobody": "Nobody who is active may do it.",
};
