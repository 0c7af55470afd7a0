// Texts of tags.

/** @type {import("../../i18n.js").Texts} */
export default {
  "tags.title": "Tags",
  "tags.new": "New tag",
  "tags.make": "Create",
  "tags.name": "Name",
  "tags.nameFirst": "Give it a name first.",
  "tags.by": "What its values are",
  "tags.valuesLabel": "Values, one a line",
  "tags.valuesHint": "At most 200.",
  "tags.valueError": "Value {n}: {what}",
  "tags.values": { one: "{by}: {n} value", other: "{by}: {n} values" },
  "tags.noValues": "It has no values and matches nothing.",
  "tags.menu": "What can be done with {name}",
  "tags.edit": "Edit",
  "tags.editTitle": "Edit {name}",
  "tags.delete": "Delete",
  "tags.deleteTitle": "Delete {name}",
  "tags.deleteWords": { one: "Its {n} value is lost. A tag that policies name cannot be deleted.", other: "Its {n} values are lost. A tag that policies name cannot be deleted." },
  "tags.keep": "Keep it",
  "tags.when": "Policies take the values of a tag when they are deployed.",
  "tags.none": "No tags yet.",
  "tags.noneWords": "A tag is a list of paths, publishers or addresses with a name, so that several policies need not repeat it.",
};
