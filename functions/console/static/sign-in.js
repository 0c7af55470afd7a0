// Signing in by password, with the code of a second step where one is needed.

import { api } from "./api.js";
import { loadSession, notice } from "./session.js";

/**
 * Six digits are an authenticator's code, anything else is a recovery code. The server ignores what may stand between
 * the digits, and reads full-width ones.
 * @param {string} text
 */
export function codeOf(text) {
  if (!text) return {};
  const digits = text.normalize("NFKC").replace(/[^\p{L}\p{N}+.,]/gu, "");
  return /^[0-9]{6}$/.test(digits) ? { totp: text } : { recovery_code: text };
}

/** @param {string} email @param {string} password @param {string} [code] */
export async function signIn(email, password, code = "") {
  const body = { email: email.trim(), password, cookie: true, ...codeOf(code.trim()) };
  await api.post("/v1/session", { body });
  notice.value = "";
  await loadSession();
}
