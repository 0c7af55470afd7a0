// The service worker. It keeps the assets of this version, which never change, and the page that is shown without a connection. It
// never keeps or answers anything else: what the API says is always read from the server. It shows push messages and opens them.

const ASSETS = "/assets/@/";
/** What the page without a connection needs. */
const OFFLINE = [
  "offline.html", "offline.js", "language.js", "remembered.js", "theme.js", "tokens.css",
  "texts/en/offline.js", "texts/de/offline.js", "texts/es/offline.js", "texts/fr/offline.js",
  "styles/base.css", "styles/controls.css", "styles/parts.css", "styles/shell.css", "icons/icon-192.png",
];

/** @typedef {Event & { waitUntil: (work: Promise<unknown>) => void }} Extendable */
/** @typedef {Extendable & { request: Request, preloadResponse?: Promise<Response | undefined>, respondWith: (answer: Promise<Response>) => void }} Fetching */
/** @typedef {{ title: string, body?: string, url?: string | null, tag?: string }} Message what the server pushes */

const worker = /** @type {any} */ (globalThis);

worker.addEventListener("install", (/** @type {Extendable} */ event) => event.waitUntil(install()));
worker.addEventListener("activate", (/** @type {Extendable} */ event) => event.waitUntil(activate()));
worker.addEventListener("fetch", onFetch);
worker.addEventListener("push", (/** @type {any} */ event) => event.waitUntil(pushed(messageIn(event.data))));
worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.path ?? "/"));
});

async function install() {
  const cache = await caches.open(ASSETS);
  await cache.addAll(OFFLINE.map((name) => `${ASSETS}${name}`));
  await worker.skipWaiting();
}

/** The assets of other versions go. Pages of them that are still open load what they need from the server. */
async function activate() {
  const others = (await caches.keys()).filter((name) => name !== ASSETS);
  await Promise.all(others.map((name) => caches.delete(name)));
  await worker.registration.navigationPreload?.enable();
  await worker.clients.claim();
}

/** @param {Fetching} event */
function onFetch(event) {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith(ASSETS)) event.respondWith(asset(request));
  else if (request.mode === "navigate" && !/^\/(v1|agent|assets)\//.test(pathname)) event.respondWith(page(event));
}

/** @param {Request} request */
async function asset(request) {
  const cache = await caches.open(ASSETS);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

/** The page as the server has it; if it cannot be reached, the one that says so. @param {Fetching} event */
async function page(event) {
  try {
    return (await event.preloadResponse) ?? await fetch(event.request);
  } catch (lost) {
    const offline = await (await caches.open(ASSETS)).match(`${ASSETS}offline.html`);
    if (!offline) throw lost;
    return offline;
  }
}

/** A push message is always shown: browsers ask for that. @param {{ json: () => unknown } | null} data @returns {Message} */
function messageIn(data) {
  try {
    const message = /** @type {Message | null} */ (data?.json());
    if (message && typeof message.title === "string") return message;
  } catch {
    // It is not JSON: nothing of it can be shown.
  }
  return { title: "Countersign" };
}

/** Windows that are open read again what they show. @param {Message} message */
async function pushed(message) {
  await show(message);
  for (const one of await windows()) one.postMessage({ pushed: true });
}

const windows = () => worker.clients.matchAll({ type: "window" });

/** A message with the tag of an earlier one takes its place, and is announced again. @param {Message} message */
function show({ title, body, url, tag }) {
  return worker.registration.showNotification(title, {
    body,
    tag,
    renotify: Boolean(tag),
    dir: "auto",
    icon: `${ASSETS}icons/icon-192.png`,
    data: { path: pathOf(url) },
  });
}

/** Messages name the deployment's public address: what they open is at the address where this console is used. @param {string | null | undefined} url */
function pathOf(url) {
  try {
    const { pathname, search } = new URL(url ?? "/", location.origin);
    return `${pathname}${search}`;
  } catch {
    return "/";
  }
}

/** Goes to an address in a window that is open, and keeps what is typed there; or else in a new one. @param {string} path */
async function open(path) {
  const all = await windows();
  const at = (/** @type {{ url: string }} */ { url }) => new URL(url).pathname === path;
  const present = all.find(at) ?? all.find((/** @type {any} */ one) => one.focused) ?? all[0];
  if (!present) return worker.clients.openWindow(path);
  present.postMessage({ open: path });
  return present.focus();
}
