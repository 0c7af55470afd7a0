// Texts of what can be done with a request beside deciding.

/** @type {import("../../i18n.js").Texts} */
export default {
  "note.title": "Leave a note",
  "note.label": "Note",
  "note.hint": "Only administrators who may open the request can read it.",
  "note.empty": "Write something first.",
  "handOver.title": "Hand over the request",
  "handOver.words": "They are told that it is theirs. Taking a request locks nothing: whoever has the right decides.",
  "handOver.to": "To",
  "handOver.nobody": "Choose somebody first.",
  "handOver.do": "Hand over",
  "flag.by": "{name} flagged this file {time}.",
  "flag.here": "Nobody can approve it at {organization} or below until the flag is cleared.",
  "flag.above": "Nobody can approve it until the flag is cleared. It counts at an organization above.",
  "flag.covered": { one: "{count} approval of its publisher still lets it run. Revoke it if the publisher is not trusted any more:", other: "{count} approvals of its publisher still let it run. Revoke those whose publisher is not trusted any more:" },
  "flag.coveredAll": "All approvals in force",
  "flag.clear": "Clear the flag",
  "flag.keep": "Keep the flag",
  "flag.clearTitle": "Clear the flag?",
  "flag.clearWords": "The file can be approved again. What the flag denied and revoked stays so.",
  "flag.title": "Flag {name} as malicious?",
  "flag.words": "At {organization} and below, pending requests for it are denied, its approvals are revoked, and nobody can approve it until the flag is cleared. Clearing it brings no approval back.",
  "flag.note": "Note for administrators",
  "flag.type": "Type {wanted} to confirm",
  "flag.typeFirst": "Type it first.",
  "flag.do": "Flag as malicious",
};
