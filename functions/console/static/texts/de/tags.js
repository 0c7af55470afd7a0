// Texts of tags.

/** @type {import("../../i18n.js").Texts} */
export default {
  "tags.title": "Tags",
  "tags.new": "Neuer Tag",
  "tags.make": "Anlegen",
  "tags.name": "Name",
  "tags.nameFirst": "Geben Sie ihm zuerst einen Namen.",
  "tags.by": "Art der Werte",
  "tags.valuesLabel": "Werte, einer je Zeile",
  "tags.valuesHint": "Höchstens 200.",
  "tags.valueError": "Wert {n}: {what}",
  "tags.values": { one: "{by}: {n} Wert", other: "{by}: {n} Werte" },
  "tags.noValues": "Er hat keine Werte und trifft auf nichts zu.",
  "tags.menu": "Was sich mit {name} tun lässt",
  "tags.edit": "Bearbeiten",
  "tags.editTitle": "{name} bearbeiten",
  "tags.delete": "Löschen",
  "tags.deleteTitle": "{name} löschen",
  "tags.deleteWords": { one: "Sein {n} Wert geht verloren. Ein Tag, den Richtlinien nennen, lässt sich nicht löschen.", other: "Seine {n} Werte gehen verloren. Ein Tag, den Richtlinien nennen, lässt sich nicht löschen." },
  "tags.keep": "Behalten",
  "tags.when": "Richtlinien übernehmen die Werte eines Tags beim Bereitstellen.",
  "tags.none": "Noch keine Tags.",
  "tags.noneWords": "Ein Tag ist eine benannte Liste von Pfaden, Herausgebern oder Adressen, damit mehrere Richtlinien sie nicht wiederholen müssen.",
};
