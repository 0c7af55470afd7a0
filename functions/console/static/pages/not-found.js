// Addresses without a page.

import { el } from "../dom.js";

export async function show(app) {
  app.show("Not found",
    el("section", { class: "card narrow" },
      el("h1", {}, "There is no such page"),
      el("p", {}, el("a", { href: "/" }, "Go to the requests"))));
}
