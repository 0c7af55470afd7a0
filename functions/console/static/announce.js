// One polite live region for the whole console: what changed without the reader doing anything is said once.

import { signal } from "./ui.js";

export const announced = signal("");
let timer = 0;

/** Says a sentence once, after things have been quiet for a moment. @param {string} sentence @param {number} [delay] */
export function announce(sentence, delay = 500) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    // The same sentence again would not be read.
    announced.value = announced.value === sentence ? `${sentence}\u00a0` : sentence;
  }, delay);
}
