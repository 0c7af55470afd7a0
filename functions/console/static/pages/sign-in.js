// The sign-in form: a page of its own at `/`, and in place of any page that needs a session.

import { api } from "../api.js";
import { el, field, form } from "../dom.js";
import { codeField } from "./one-time-codes.js";

// `title` and `why` are given if this replaces another page.
export function signIn(app, title, why) {
  const email = el("input", {
    id: "sign-in-email", name: "email", type: "email", autocomplete: "username", required: true, inputmode: "email",
  });
  const password = el("input", {
    id: "sign-in-password", name: "password", type: "password", autocomplete: "current-password", required: true,
  });
  const code = codeField("sign-in-code");
  code.required = false;
  const codeRow = field("One-time code", code, "From your authenticator app, or one of your recovery codes.");
  codeRow.hidden = true;
  const submit = async () => {
    app.clear();
    await api.signIn(email.value.trim(), password.value, code.value.trim());
    await app.reload();
  };
  const failed = (problem) => {
    // The password is right; it is sent again with the code.
    const asksForCode = problem.code === "totp-missing" || problem.code === "totp-wrong";
    codeRow.hidden = !asksForCode;
    code.value = "";
    if (asksForCode) code.focus();
    else password.value = "";
    if (problem.code === "totp-missing") app.clear();
    else app.fail(problem);
  };
  return el("section", { class: "card narrow", "aria-labelledby": "sign-in-title" },
    el(title ? "h1" : "h2", { id: "sign-in-title" }, title || "Sign in"),
    why && el("p", { class: "quiet-text" }, why),
    form("sign-in", submit, failed,
      field("Email address", email),
      field("Password", password),
      codeRow,
      el("button", { type: "submit", id: "sign-in-submit", class: "primary wide" }, "Sign in")));
}
