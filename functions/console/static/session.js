// Who is signed in, and what may be in the navigation.

import { api, Problem, sessionEnded } from "./api.js";
import { language, t } from "./i18n.js";
import { computed, signal } from "./ui.js";

/** @typedef {import("./api.js").Schemas} Schemas */

/** The signed-in administrator; null if nobody is, undefined while that is not known. */
export const who = signal(/** @type {Schemas["WhoAmI"] | null | undefined} */ (undefined));
/** Why the server's answer about the session was something else than yes or no. */
export const sessionProblem = signal(/** @type {unknown} */ (null));
/** What the sign-in page says first: that a password is changed, or that one is signed out. */
export const notice = signal("");
/** The permissions of the catalogue, by their id; null until they are read. */
export const catalogue = signal(/** @type {Map<string, Schemas["PermissionView"]> | null} */ (null));

/** Whether somebody was signed in, and has to sign in again to go on. */
export const mustSignInAgain = computed(() => Boolean(who.value) && sessionEnded.value);

/** Asks the server who is signed in. */
export async function loadSession() {
  sessionProblem.value = null;
  try {
    who.value = await api.get("/v1/session");
    sessionEnded.value = false;
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 401) who.value = null;
    else sessionProblem.value = problem;
    return;
  }
  // The page does not wait for it.
  reading = loadCatalogue();
}

let reading = Promise.resolve();
/** Resolves once the catalogue was read, or could not be. */
export const catalogueRead = () => reading;

async function loadCatalogue() {
  if (catalogue.value?.size) return;
  try {
    const { items } = await api.get("/v1/permissions");
    const shown = language === "en" ? items : await import("./people/translated.js").then(({ translated }) => translated(items)).catch(() => items);
    catalogue.value = new Map(shown.map((permission) => [permission.id, permission]));
  } catch {
    // Without it every page is in the navigation, and permissions are named by their id.
    catalogue.value = new Map();
  }
}

/** Ends the session. The page goes first: what it still reads would be refused. If that fails, whoever is signed in comes back. */
export async function signOut() {
  who.value = undefined;
  try {
    await api.delete("/v1/session");
  } catch {
    await loadSession();
    return;
  }
  who.value = null;
  notice.value = t("signIn.out");
}

/** The title of a permission. @param {string} id */
export function permissionTitle(id) {
  return catalogue.value?.get(id)?.title ?? id;
}

/** Whether some permission of the reader gives an action somewhere, as the catalogue says. @param {string} action */
export function mayBeUseful(action) {
  const held = who.value?.permissions ?? [];
  const known = catalogue.value;
  if (known === null || known.size === 0) return known !== null;
  const all = new Set(held.flatMap(({ permission }) => [permission, ...(known.get(permission)?.includes ?? [])]));
  return [...all].some((id) => {
    const { actions = [], combinations = [] } = known.get(id) ?? {};
    const together = combinations.filter((one) => one.combined_with.some((other) => all.has(other)));
    return [...actions, ...together.flatMap((one) => one.actions)].some((one) => one === action);
  });
}

/** Whether it is known that none of the reader's permissions gives an action anywhere. @param {string} action */
export const mayNotSee = (action) => catalogue.value !== null && !mayBeUseful(action);
