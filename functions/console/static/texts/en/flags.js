// Texts of the files that are flagged as malicious.

/** @type {import("../../i18n.js").Texts} */
export default {
  "flags.title": "Flagged files",
  "flags.words": "Nobody can approve these files until their flag is cleared.",
  "flags.below": "With the organizations below",
  "flags.none": "No file is flagged as malicious.",
  "flags.noneWords": "Flag a file on the page of a request for it: pending requests for it are then denied, and its approvals revoked.",
  "flags.by": "Flagged by {name}, {time}.",
  "flags.at": "It counts at {organization} and below.",
  "flags.atAbove": "It counts at an organization above.",
  "flags.above": "It counts at an organization above, and is cleared there.",
  "flags.clearOne": "Clear the flag of {name}",
  "flags.clearTitle": "Clear the flag of {name}?",
  "flags.clearWhere": "It counts at {organization} and below.",
};
