// Setting up one-time codes: the password, the QR code for the authenticator, a first code, the recovery codes.

import { api } from "../api.js";
import { el, field, form } from "../dom.js";

// `why` is given if this replaces another page because the login settings require one-time codes.
export function setUpCodes(app, why) {
  const password = el("input", {
    id: "codes-password", name: "password", type: "password", autocomplete: "current-password", required: true,
  });
  const submit = async () => {
    app.clear();
    confirm(app, await api.beginTotp(password.value));
  };
  app.show("One-time codes",
    el("section", { class: "card narrow" },
      el("h1", {}, "Set up one-time codes"),
      el("p", { class: "quiet-text" }, why || "With an authenticator app, your password alone is not enough to sign in."),
      form("codes-begin", submit, app.fail,
        field("Password", password, "Your current password, so that nobody else can do this."),
        el("button", { type: "submit", id: "codes-begin-submit", class: "primary wide" }, "Continue"))));
}

function confirm(app, { secret, otpauth_uri, qr_svg }) {
  const code = codeField("codes-code");
  const submit = async () => {
    app.clear();
    recovery(app, (await api.confirmTotp(code.value.trim())).recovery_codes);
  };
  app.show("One-time codes",
    el("section", { class: "card narrow" },
      el("h1", {}, "Scan this picture"),
      el("p", {}, "Open your authenticator app and scan it, or ", el("a", { href: otpauth_uri }, "open it on this device"), "."),
      el("img", { class: "qr", alt: "QR code for your authenticator app", width: 240, height: 240,
        src: `data:image/svg+xml;utf8,${encodeURIComponent(qr_svg)}` }),
      el("p", { class: "hint" }, "Or type this key: ", el("code", { id: "codes-secret" }, secret)),
      form("codes-confirm", submit, app.fail,
        field("Code that the app shows", code),
        el("button", { type: "submit", id: "codes-confirm-submit", class: "primary wide" }, "Confirm"))));
}

function recovery(app, codes) {
  app.show("Recovery codes",
    el("section", { class: "card narrow" },
      el("h1", {}, "Keep your recovery codes"),
      el("p", {}, "Each works once in place of a code if you lose your authenticator. They are not shown again."),
      el("ul", { id: "recovery-codes", class: "codes" }, codes.map((code) => el("li", {}, el("code", {}, code)))),
      el("button", { type: "button", id: "codes-done", class: "primary wide", onclick: () => app.reload() }, "I have kept them")));
}

// Takes the six digits of an authenticator.
export function codeField(id) {
  return el("input", {
    id, name: "totp", type: "text", inputmode: "numeric", autocomplete: "one-time-code", required: true, maxlength: "64",
  });
}

export async function show(app) {
  const who = await app.session();
  if (!who) return app.navigate("/");
  setUpCodes(app);
}
