// `/setup#TOKEN`: creates the root organization and its first administrator, once per deployment.

import { api } from "../api.js";
import { el, field, form } from "../dom.js";
import { newPassword } from "./new-password.js";

export async function show(app) {
  const token = app.linkToken();
  const organization = el("input", { id: "setup-organization", name: "organization", required: true, maxlength: 200, autocomplete: "organization" });
  const name = el("input", { id: "setup-name", name: "name", required: true, maxlength: 200, autocomplete: "name" });
  const email = el("input", { id: "setup-email", name: "email", type: "email", required: true, autocomplete: "username" });
  const password = newPassword();
  const submit = async () => {
    app.clear();
    await api.setUp({
      setup_token: token,
      organization: { name: organization.value.trim() },
      administrator: { email: email.value.trim(), name: name.value.trim(), password: password.value() },
    });
    await api.signIn(email.value.trim(), password.value());
    app.navigate("/", "Countersign is set up, and you are signed in");
  };
  app.show("Set up",
    el("section", { class: "card narrow" },
      el("h1", {}, "Set up Countersign"),
      el("p", { class: "quiet-text" }, "This creates the root organization and its first administrator, who may do everything. It can be done only once."),
      !token && el("p", { class: "message bad" }, "This address has no token. Open the complete link that the server printed when it started."),
      form("setup", submit, app.fail,
        field("Name of the organization", organization),
        field("Your name", name),
        field("Your email address", email, "You sign in with it, and notifications go there."),
        ...password.fields,
        el("button", { type: "submit", id: "setup-submit", class: "primary wide" }, "Set up"))));
}
