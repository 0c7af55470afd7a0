// Texts of an approval whose time begins with its first use.

/** @type {import("../../i18n.js").Texts} */
export default {
  "firstUse.begins": "Die Zeit läuft ab der ersten Verwendung, auf jedem Computer für sich",
  "firstUse.by": "Erste Verwendung",
  "firstUse.within": { one: "binnen {n} Tag", other: "binnen {n} Tagen" },
};
