// On how many of the computers that it reaches a grant was used.

import { counted } from "../format.js";

/**
 * What a text says of it: `used` of `count`. Null where there is nothing to compare: of a single computer, where the reader may not know
 * the number, and where more have used it than are left.
 * @param {Pick<import("../api.js").Schemas["Grant"], "scope" | "used_by" | "reaches">} grant
 */
export function usedOf({ scope, used_by: used, reaches }) {
  if (scope === "computer" || !reaches || used > reaches.count) return null;
  return { used, n: reaches.count, count: counted(reaches) };
}
