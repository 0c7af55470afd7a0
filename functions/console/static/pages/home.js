// `/`: an introduction and the sign-in, or the pending requests.

import { el } from "../dom.js";
import { requests } from "./requests.js";
import { signIn } from "./sign-in.js";

export async function show(app) {
  const who = await app.session();
  if (who) return requests(app, who);
  app.show("Countersign",
    el("div", { class: "welcome" },
      el("div", {},
        el("h1", {}, "Approve what runs, from anywhere"),
        el("p", {}, "A program is blocked on a computer, and its user asks for permission. The right administrators are notified at once; one of them approves or denies, and the computer acts on it within a second. Everything is recorded."),
        el("p", { class: "quiet-text" }, "Programs do the same over HTTP: ",
          el("a", { href: "/openapi.json", download: "openapi.json" }, "the API’s description"), ".")),
      signIn(app)));
}
