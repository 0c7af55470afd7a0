// The catalogue of permissions as it is shown: by category, and what each combines with.

import { t } from "../i18n.js";
import { catalogue } from "../session.js";

/** @typedef {import("../api.js").Schemas["PermissionView"]} Permission */
/** @typedef {import("../api.js").Schemas["CombinationView"]} Combination */

/** "Approval Permissions" is called "Approval" where everything is one. @param {string} category */
export const categoryTitle = (category) => category.replace(/ Permissions$/, "");

/** All permissions by their category, in the catalogue's order. @returns {Map<string, Permission[]>} */
export function byCategory() {
  /** @type {Map<string, Permission[]>} */
  const found = new Map();
  for (const one of catalogue.value?.values() ?? []) found.set(one.category, [...(found.get(one.category) ?? []), one]);
  return found;
}

/** The catalogue's order. @param {Iterable<string>} ids */
export function inOrder(ids) {
  const wanted = new Set(ids);
  return [...(catalogue.value?.keys() ?? [])].filter((id) => wanted.has(id));
}

/** Whether a permission is found by a text: by title, meaning, what it gives or, in any language, its id. @param {Permission} one @param {string} text */
export function isFound(one, text) {
  const actions = [...one.actions, ...one.combinations.flatMap((each) => each.actions)];
  const words = [one.title, one.meaning, one.id.replaceAll("-", " "), ...actions.map(actionName)].join(" ").toLocaleLowerCase();
  return text.toLocaleLowerCase().split(/\s+/).every((word) => words.includes(word));
}

/** @param {string} action */
export const actionName = (action) => t(`do.${action}`);

/** The combinations that are complete with what is held, the widest last. @param {Permission} one @param {Set<string>} held */
export const completed = (one, held) => one.combinations.filter((each) => each.combined_with.some((id) => held.has(id)));

/** What of a combination is there already. @param {Combination} combination @param {Set<string>} held */
export const partner = (combination, held) => combination.combined_with.find((id) => held.has(id)) ?? "";
