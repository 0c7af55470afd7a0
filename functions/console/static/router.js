// Which page an address shows. Every filter, tab and open row is in the address, so Back works and any view can be sent.

import { computed, signal } from "./ui.js";
import { routes } from "./routes.js";

/** @typedef {import("./routes.js").Route} Route */

/** The present address. */
export const here = signal({ path: location.pathname, search: location.search });
export const query = computed(() => new URLSearchParams(here.value.search));

/** The route of the present path with its parameters. */
export const matched = computed(() => match(here.value.path));

/** Set while a page has changes that leaving would lose. */
export const unsaved = signal(false);
/** Where somebody wanted to go while there were such changes. */
export const leavingFor = signal(/** @type {string | null} */ (null));

const notFound = routes[routes.length - 1];

/** Whether there is a page at an address. @param {string} path */
export const leadsSomewhere = (path) => match(path).route !== notFound;

/** @param {string} path */
function match(path) {
  for (const route of routes) {
    const pattern = route.path.replace(/\*/g, ".*").replace(/:(\w+)/g, "(?<$1>[^/]+)");
    const found = new RegExp(`^${pattern}$`).exec(path);
    if (found) return { route, params: decoded(found.groups ?? {}) };
  }
  return { route: notFound, params: {} };
}

/** @param {Record<string, string>} groups */
function decoded(groups) {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    return groups;
  }
}

/** Goes to an address of the console. @param {string} address @param {{ replace?: boolean }} [how] */
export function navigate(address, { replace = false } = {}) {
  const target = new URL(address, location.origin);
  const tab = query.value.get("tab");
  if (unsaved.value && (target.pathname !== location.pathname || target.searchParams.get("tab") !== tab)) {
    leavingFor.value = address;
    return;
  }
  const moves = target.pathname !== location.pathname;
  if (replace) history.replaceState(null, "", target);
  else history.pushState(null, "", target);
  follow();
  if (moves) scrollTo(0, 0);
}

/**
 * Changes parameters of the address; an empty value leaves one out.
 * @param {Record<string, string | null | undefined>} changes @param {{ replace?: boolean }} [how]
 */
export function setQuery(changes, how) {
  navigate(withQuery(changes), how);
}

/** The present address with other parameters, for links. @param {Record<string, string | null | undefined>} changes */
export function withQuery(changes) {
  const search = new URLSearchParams(query.value);
  for (const [name, value] of Object.entries(changes)) {
    if (value) search.set(name, value);
    else search.delete(name);
  }
  return search.size ? `${here.value.path}?${search}` : here.value.path;
}

/** Whether the reader has just come from another page, whose title was read. */
export const arrival = { pending: false };

function follow() {
  if (location.pathname !== here.value.path) arrival.pending = true;
  here.value = { path: location.pathname, search: location.search };
}

/** Follows links to the console without loading it anew. @param {MouseEvent} event */
function onClick(event) {
  const link = event.target instanceof Element ? event.target.closest("a[href^='/']") : null;
  if (!link || link.hasAttribute("download") || event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  navigate(link.getAttribute("href") ?? "/");
}

export function startRouter() {
  document.addEventListener("click", onClick);
  window.addEventListener("popstate", follow);
  window.addEventListener("beforeunload", (event) => {
    if (unsaved.value) event.preventDefault();
  });
}
