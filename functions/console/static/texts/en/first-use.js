// Texts of an approval whose time begins with its first use.

/** @type {import("../../i18n.js").Texts} */
export default {
  "firstUse.begins": "Its time begins with the first use, separately on each computer",
  "firstUse.by": "First use",
  "firstUse.within": { one: "within {n} day", other: "within {n} days" },
};
