// A new password, entered twice.

import { el, field } from "../dom.js";

export function newPassword() {
  const input = (id) =>
    el("input", { id, name: id, type: "password", autocomplete: "new-password", required: true, minlength: 12, maxlength: 128 });
  const first = input("new-password");
  const again = input("new-password-repeat");
  const compare = () => again.setCustomValidity(first.value === again.value ? "" : "The two passwords differ.");
  first.addEventListener("input", compare);
  again.addEventListener("input", compare);
  return {
    fields: [field("Password", first, "At least 12 characters. A few unrelated words work well."), field("Password, again", again)],
    value: () => first.value,
  };
}
