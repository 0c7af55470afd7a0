// The service worker from the page's side: registering it, and following it to what a push message is about.

import { pushed } from "./api.js";
import { navigate } from "./router.js";

const ADDRESS = "/service-worker.js";

/** Browsers leave it out where the connection is not secure. */
const container = () => ("serviceWorker" in navigator ? navigator.serviceWorker : null);

/** The page's policy lets only this address become a worker. */
function trustedAddress() {
  const types = /** @type {any} */ (globalThis).trustedTypes;
  if (!types) return ADDRESS;
  const policy = types.createPolicy("service-worker", { createScriptURL: (/** @type {string} */ url) => {
    if (url !== ADDRESS) throw new TypeError(url);
    return url;
  } });
  return policy.createScriptURL(ADDRESS);
}

/** Registers the worker. The console works without one, too. */
export async function startWorker() {
  const workers = container();
  if (!workers) return;
  workers.addEventListener("message", ({ data }) => {
    if (typeof data?.open === "string" && data.open.startsWith("/")) navigate(data.open);
    if (data?.pushed === true) pushed.value += 1;
  });
  try {
    await workers.register(trustedAddress(), { scope: "/", updateViaCache: "none" });
  } catch (problem) {
    console.warn(problem);
  }
}

/** The registered worker with what it needs for push messages; null where the browser has none of it. */
export async function pushRegistration() {
  const workers = container();
  if (!workers || !("PushManager" in globalThis) || !("Notification" in globalThis)) return null;
  // `ready` never settles where registering failed.
  return (await workers.getRegistration("/")) ? workers.ready : null;
}
