// `/invitation#TOKEN`: an invited administrator chooses a password.

import { api } from "../api.js";
import { el, form } from "../dom.js";
import { newPassword } from "./new-password.js";

export async function show(app) {
  const token = app.linkToken();
  const password = newPassword();
  const submit = async () => {
    app.clear();
    const { administrator } = await api.acceptInvitation(token, password.value());
    await api.signIn(administrator.email, password.value());
    app.navigate("/", `welcome, ${administrator.name}`);
  };
  app.show("Invitation",
    el("section", { class: "card narrow" },
      el("h1", {}, "Accept your invitation"),
      el("p", { class: "quiet-text" }, "Choose a password to become an administrator. The link works once."),
      !token && el("p", { class: "message bad" }, "This address has no token. Open the complete link from the message you received."),
      form("invitation", submit, app.fail,
        ...password.fields,
        el("button", { type: "submit", id: "invitation-submit", class: "primary wide" }, "Accept"))));
}
