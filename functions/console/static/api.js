// The only place that talks to the server: JSON in, JSON or a Problem out.

import { loadTranslations } from "./i18n.js";
import { signal } from "./ui.js";

/** @typedef {import("../types/client").Options} Options */
/** @typedef {import("../types/api").components["schemas"]} Schemas */

const TIME_LIMIT = 30_000;

/** Since when the server does not answer; null while it does. */
export const lostSince = signal(/** @type {number | null} */ (null));
/** How many push messages came while the console was open: what it shows is read again at once. */
export const pushed = signal(0);
/** Whether the server said that there is no session any more. */
export const sessionEnded = signal(false);

/** A refusal or failure: the server's problem details (RFC 9457), or one of the connection (status 0). */
export class Problem extends Error {
  /** @param {number} status @param {Partial<Schemas["Problem"]>} details @param {Headers} [headers] */
  constructor(status, details, headers) {
    super(details.detail ?? details.title ?? "");
    this.status = status;
    this.code = String(details.code ?? "");
    this.errors = details.errors ?? [];
    this.missing = details.missing ?? [];
    this.decision = details.decision ?? null;
    this.changed = details.changed ?? [];
    this.revision = details.revision ?? null;
    /** By which the operator finds it in the server's log. */
    this.requestId = details.request_id ?? headers?.get("x-request-id") ?? null;
    this.retryAfter = Number(headers?.get("retry-after")) || null;
  }

  /** Whether it is unknown if the server did what was asked. */
  get unknownOutcome() {
    return this.status === 0 || this.status >= 502;
  }
}

/** A key by which the server recognizes another attempt of the same change. `crypto.randomUUID` exists only under HTTPS and on localhost. */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * @param {string} method @param {string} path with `{name}` for each of `params`
 * @param {Options} [options]
 */
const call = async (method, path, options) => (await respond(method, path, options)).json().catch(() => null);

/** A text as it is, such as an export; empty if it breaks off. @param {string} path @param {Options} [options] */
export const readText = async (path, options) => (await respond("GET", path, { ...options, accept: "*/*" })).text().catch(() => "");

/** The answer, if it is no refusal. @param {string} method @param {string} path @param {Options} [options] */
async function respond(method, path, options = {}) {
  const headers = new Headers({ accept: options.accept ?? "application/json" });
  // A file is sent as it is.
  const file = options.body instanceof Blob ? options.body : null;
  if (options.body !== undefined) headers.set("content-type", file ? file.type : "application/json");
  if (options.ifMatch !== undefined) headers.set("if-match", `"${options.ifMatch}"`);
  if (options.key) headers.set("idempotency-key", options.key);
  const limit = AbortSignal.timeout(options.timeLimit ?? TIME_LIMIT);
  const response = await answerOf(address(path, options), {
    method,
    headers,
    body: file ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    // The page sends no referrer, but the server's origin check needs one with every change.
    referrerPolicy: "same-origin",
    signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit,
  }, options.signal);
  if (response.ok) return response;
  const answer = await response.json().catch(() => null);
  if (response.status === 401 && answer?.code === "not-identified") sessionEnded.value = true;
  else await Promise.all([loadTranslations("problems"), answer?.errors && loadTranslations("faults")]);
  throw new Problem(response.status, answer ?? {}, response.headers);
}

/** @param {string} path @param {Options} options */
function address(path, { params = {}, query = {} }) {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  return search.size ? `${filled}?${search}` : filled;
}

/** @param {string} url @param {RequestInit} init @param {AbortSignal} [left] */
async function answerOf(url, init, left) {
  try {
    const response = await fetch(url, init);
    lostSince.value = null;
    return response;
  } catch (cause) {
    if (left?.aborted) throw cause;
    const late = cause instanceof DOMException && cause.name === "TimeoutError";
    if (!late) lostSince.value ??= Date.now();
    throw new Problem(0, /** @type {any} */ ({ code: late ? "no-answer" : "no-connection" }));
  }
}

/** @type {import("../types/client").Client} */
export const api = {
  get: (path, options) => call("GET", path, options),
  post: (path, options) => call("POST", path, options),
  put: (path, options) => call("PUT", path, options),
  patch: (path, options) => call("PATCH", path, options),
  delete: (path, options) => call("DELETE", path, options),
};
