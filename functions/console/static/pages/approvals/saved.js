// Filters that somebody keeps under a name. They are in this browser, by who is signed in.

import { remember, remembered } from "../../remembered.js";
import { query } from "../../router.js";
import { who } from "../../session.js";
import { signal } from "../../ui.js";

/** @typedef {{ name: string, search: string }} Saved `search`: the part of the address */

/** What of the address is kept: not what is open. */
const PARTS = ["status", "assignee", "organization", "kind", "group", "q", "sort"];
export const NAME_MAX = 60;

const changed = signal(0);
const place = () => `filters ${who.value?.administrator.id}`;

/** By their names. @returns {Saved[]} */
export function savedFilters() {
  changed.value;
  try {
    const all = JSON.parse(remembered(place()) ?? "[]");
    return Array.isArray(all) ? all.filter((one) => typeof one?.name === "string" && typeof one.search === "string") : [];
  } catch {
    return [];
  }
}

/** What the address filters, in one order; empty if it is only what is pending. */
export function presentSearch() {
  const parts = PARTS.map((name) => [name, query.value.get(name) ?? ""]).filter(([, value]) => value);
  const search = new URLSearchParams(parts).toString();
  return search === "status=pending" ? "" : search;
}

/** Takes the place of one with the same name. @param {string} name @param {string} search */
export function keep(name, search) {
  const others = savedFilters().filter((one) => one.name !== name);
  write([...others, { name, search }].sort((one, other) => one.name.localeCompare(other.name)));
}

/** @param {string} name */
export const drop = (name) => write(savedFilters().filter((one) => one.name !== name));

/** @param {Saved[]} all */
function write(all) {
  remember(place(), all.length ? JSON.stringify(all) : null);
  changed.value += 1;
}
