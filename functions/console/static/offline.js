// The page that the service worker shows when the server cannot be reached. It stands alone: nothing of it needs a connection.

import { language } from "./language.js";

/** @type {Record<string, unknown>} */
const texts = (await import(`./texts/${language}/offline.js`)).default;
document.documentElement.lang = language;

for (const element of document.querySelectorAll("[data-text]")) {
  element.textContent = String(texts[element.getAttribute("data-text") ?? ""]);
}
document.title = String(texts["offline.window"]);
const again = () => location.reload();
document.querySelector("button")?.addEventListener("click", again);
window.addEventListener("online", again);
