// The page that the service worker shows when the server cannot be reached. It stands alone: nothing of it needs a connection.

import texts from "./texts/en/offline.js";

for (const element of document.querySelectorAll("[data-text]")) {
  element.textContent = String(texts[element.getAttribute("data-text") ?? ""]);
}
document.title = String(texts["offline.window"]);
const again = () => location.reload();
document.querySelector("button")?.addEventListener("click", again);
window.addEventListener("online", again);
