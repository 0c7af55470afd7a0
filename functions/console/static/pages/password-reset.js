// `/password-reset#TOKEN`: a new password, for an administrator who received a reset link.

import { api } from "../api.js";
import { el, form } from "../dom.js";
import { newPassword } from "./new-password.js";

export async function show(app) {
  const token = app.linkToken();
  const password = newPassword();
  const submit = async () => {
    app.clear();
    await api.completeReset(token, password.value());
    app.navigate("/", "your password is changed; sign in with the new one");
  };
  app.show("New password",
    el("section", { class: "card narrow" },
      el("h1", {}, "Choose a new password"),
      el("p", { class: "quiet-text" }, "All your sessions end. The link works once."),
      !token && el("p", { class: "message bad" }, "This address has no token. Open the complete link from the message you received."),
      form("password-reset", submit, app.fail,
        ...password.fields,
        el("button", { type: "submit", id: "password-reset-submit", class: "primary wide" }, "Change password"))));
}
