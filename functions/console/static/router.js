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
/** Goes where somebody wanted to go while there were such changes. */
export const leavingFor = signal(/** @type {(() => void) | null} */ (null));
/** Parts of the address by which a form is about something else. */
const ABOUT = ["tab", "organization", "policy"];

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

/** Whether going there would lose changes that are not saved. @param {URL} target */
function loses(target) {
  return unsaved.value && (target.pathname !== here.value.path || ABOUT.some((name) => target.searchParams.get(name) !== query.value.get(name)));
}

/** Goes to an address of the console. @param {string} address @param {{ replace?: boolean }} [how] */
export function navigate(address, { replace = false } = {}) {
  const target = new URL(address, location.origin);
  if (loses(target)) {
    leavingFor.value = () => navigate(address, { replace });
    return;
  }
  const moves = target.pathname !== location.pathname;
  if (!replace) at += 1;
  history[replace ? "replaceState" : "pushState"]({ at }, "", target);
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

/** Whether the reader is still at that path: what is done late leads nobody away from another page. @param {string} path */
export const stillAt = (path) => here.peek().path === path;

/** Whether the reader has just come from another page, whose title was read. */
export const arrival = { pending: false };

/** The place of the present address among those of this tab, which each of them has in its state. */
let at = 0;
/** Whether the browser is on its way back from where it had gone already. */
let returns = false;

/** Back and forward: browsers have gone before they say so. */
function moved() {
  const place = history.state?.at ?? at + 1;
  const steps = place - at;
  if (steps && !returns && loses(new URL(location.href))) {
    returns = true;
    leavingFor.value = () => history.go(steps);
    history.go(-steps);
    return;
  }
  returns = false;
  at = place;
  // A link to a part of the page has none.
  history.replaceState({ at }, "");
  const other = location.pathname !== here.value.path;
  follow();
  if (other) scrollTo(0, 0);
}

/** Leaves although changes are lost. */
export function leave() {
  const go = leavingFor.value;
  unsaved.value = false;
  leavingFor.value = null;
  go?.();
}

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
  // Pages read their contents first: browsers would scroll before these are there.
  history.scrollRestoration = "manual";
  at = history.state?.at ?? 0;
  history.replaceState({ at }, "");
  window.addEventListener("popstate", moved);
  window.addEventListener("beforeunload", (event) => {
    if (unsaved.value) event.preventDefault();
  });
}
