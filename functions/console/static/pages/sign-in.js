// The sign-in form: a page of its own at `/`, and in place of any page that needs somebody.

import { api } from "../api.js";
import { el, field, form } from "../dom.js";

// `title` and `why` when it stands in place of another page.
export function signIn(app, title, why) {
  const email = el("input", {
    id: "sign-in-email", name: "email", type: "email", autocomplete: "username", required: true, inputmode: "email",
  });
  const password = el("input", {
    id: "sign-in-password", name: "password", type: "password", autocomplete: "current-password", required: true,
  });
  const submit = async () => {
    app.clear();
    await api.signIn(email.value.trim(), password.value);
    await app.reload();
  };
  const failed = (problem) => {
    password.value = "";
    app.fail(problem);
  };
  return el("section", { class: "card narrow", "aria-labelledby": "sign-in-title" },
    el(title ? "h1" : "h2", { id: "sign-in-title" }, title || "Sign in"),
    why && el("p", { class: "quiet-text" }, why),
    form("sign-in", submit, failed,
      field("Email address", email),
      field("Password", password),
      el("button", { type: "submit", id: "sign-in-submit", class: "primary wide" }, "Sign in")));
}
