// The only place that talks to the server: JSON in, JSON or a Problem out.

// A refusal or failure, as RFC 9457 problem details.
export class Problem extends Error {
  constructor(status, details) {
    super(details.detail || details.title || `the server answered ${status}`);
    this.status = status;
    this.code = details.code || "";
    this.errors = Array.isArray(details.errors) ? details.errors : [];
    this.missing = Array.isArray(details.missing) ? details.missing : [];
    this.decision = details.decision || null;
  }
}

const TIME_LIMIT = 30_000;

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? { accept: "application/json" }
        : { accept: "application/json", "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      // The page sends no referrer, but the server's origin check needs one with every change.
      referrerPolicy: "same-origin",
      signal: AbortSignal.timeout(TIME_LIMIT),
    });
  } catch {
    throw new Problem(0, { detail: "the server cannot be reached; check the connection and try again" });
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Problem(response.status, answer || {});
  return answer;
}

// Six digits are an authenticator's code, anything else is a recovery code. The server ignores what may stand between the
// digits, and reads full-width ones.
function codeOf(text) {
  if (!text) return {};
  const digits = text.normalize("NFKC").replace(/[^\p{L}\p{N}+.,]/gu, "");
  return /^[0-9]{6}$/.test(digits) ? { totp: text } : { recovery_code: text };
}

export const api = {
  session: () => call("GET", "/v1/session"),
  signIn: (email, password, code) => call("POST", "/v1/session", { email, password, cookie: true, ...codeOf(code) }),
  signOut: () => call("DELETE", "/v1/session"),
  beginTotp: (password) => call("POST", "/v1/totp", { password }),
  confirmTotp: (totp) => call("POST", "/v1/totp/confirmation", { totp }),
  setUp: (details) => call("POST", "/v1/setup", details),
  acceptInvitation: (token, password) => call("POST", "/v1/invitations/accept", { token, password }),
  completeReset: (token, password) => call("POST", "/v1/password-resets/complete", { token, password }),
  requests: (query) => call("GET", `/v1/requests?${new URLSearchParams(query)}`),
  request: (id) => call("GET", `/v1/requests/${encodeURIComponent(id)}`),
  attachmentPath: (id) => `/v1/requests/${encodeURIComponent(id)}/attachment`,
  decide: (id, decision) => call("POST", `/v1/requests/${encodeURIComponent(id)}/decision`, decision),
  revoke: (id, details) => call("POST", `/v1/requests/${encodeURIComponent(id)}/revocation`, details),
};
