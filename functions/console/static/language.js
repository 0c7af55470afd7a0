// The language of the console in this browser: the one that was chosen here, or else the first of the browser's that there is.

import { remember, remembered } from "./remembered.js";

/** Each as its speakers call it. */
export const languages = { en: "English", de: "Deutsch", es: "Español", fr: "Français" };

/** @typedef {keyof typeof languages} Language */

/** @param {string} tag such as `de-AT` @returns {Language | undefined} */
function spoken(tag) {
  const [language] = tag.toLowerCase().split("-");
  return language in languages ? /** @type {Language} */ (language) : undefined;
}

const own = navigator.languages ?? [navigator.language];

/** The one that was chosen in this browser. */
export const chosenLanguage = spoken(remembered("language") ?? "");

/** @type {Language} */
export const language = chosenLanguage ?? own.map(spoken).find(Boolean) ?? "en";

/** How that language writes dates and numbers: English without "pm" and with the day first, as most of its readers do, others as in the browser's country. */
export const locale = language === "en" ? "en-GB" : own.find((tag) => spoken(tag) === language) ?? language;

/** The page is read again in that language. @param {Language | null} chosen the browser's own: null */
export function chooseLanguage(chosen) {
  remember("language", chosen);
  location.reload();
}
