// What several pages choose from: the languages of messages and of the console, and time zones. Both lists begin with what counts if
// nothing is chosen.

import { languages } from "./language.js";

/** @typedef {{ value: string, label: string }} Choice */

/** @param {string} none @returns {Choice[]} */
export const languageChoices = (none) => [{ value: "", label: none }, ...Object.entries(languages).map(([value, label]) => ({ value, label }))];

/** @param {string} none @returns {Choice[]} */
export const zoneChoices = (none) => [{ value: "", label: none }, ...Intl.supportedValuesOf("timeZone").map((value) => ({ value, label: zoneName(value) }))];

/** @param {string} zone */
export const zoneName = (zone) => zone.replaceAll("_", " ");
