// Who could do what the reader may not, and who can give a permission.

/** @type {import("../../i18n.js").Texts} */
export default {
  "whoCould.one": "Ask {name}, who may do it.",
  "whoCould.several": { one: "Ask {name} or {n} other who may do it.", other: "Ask {name} or {n} others who may do it." },
  "whoCould.managing": "The managing organization may do it; ask there.",
  "whoCould.nobody": "Nobody who is active may do it.",
  "whoCould.give.one": "{name} can give you <b>{permission}</b>.",
  "whoCould.give.several": { one: "{name} or {n} other can give you <b>{permission}</b>.", other: "{name} or {n} others can give you <b>{permission}</b>." },
  "whoCould.give.managing": "The managing organization can give you <b>{permission}</b>.",
  "whoCould.give.nobody": "Nobody who is active can give you <b>{permission}</b>.",
  "givers.one": "{name} can give it.",
  "givers.several": { one: "{name} or {n} other can give it.", other: "{name} or {n} others can give it." },
  "givers.managing": "The managing organization can give it.",
  "givers.nobody": "Nobody who is active can give it.",
};
