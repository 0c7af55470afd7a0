// The state of Roles and permissions: what is held, what is chosen instead, what the server says that saving does, saving.

import { batch, computed, signal, useEffect, useMemo } from "../../ui.js";
import { api, Problem } from "../../api.js";
import { useUnsaved } from "../../unsaved.js";
import { rebased } from "../../people/rebase.js";

/** @typedef {import("../../api.js").Schemas["AdministratorView"]} Administrator */
/** @typedef {import("../../api.js").Schemas["AdministratorEffects"]} Effects */
/** @typedef {import("../../api.js").Schemas["Permission"]} Permission */
/** @typedef {{ key: string, role: string, at: string }} Assigned `at` is empty for the administrator's own organization */
/** @typedef {{ effects: Effects | null, problem: unknown }} Preview */

const PAUSE = 300;
let made = 0;

/** @param {Administrator} one @returns {Assigned[]} */
const assignedOf = (one) => one.assignments.map(({ role_id: role, organization_id: at }) => ({ key: `${role} ${at ?? ""}`, role, at: at ?? "" }));

/** @param {Assigned} one */
const same = ({ role, at }) => `${role} ${at}`;

/** What is changed here, to compare. @param {Administrator} one */
const heldBy = (one) => JSON.stringify([[...one.permissions].sort(), assignedOf(one).map(same).sort()]);

/** @param {unknown} problem */
const isStale = (problem) => problem instanceof Problem && problem.code === "revision-changed";

export class Holdings {
  /** @param {Administrator} one @param {(one: Administrator) => void} saved */
  constructor(one, saved) {
    this.saved = saved;
    this.one = signal(one);
    this.permissions = signal(new Set(/** @type {string[]} */ (one.permissions)));
    this.roles = signal(assignedOf(one));
    /** What both do together, by the server's preview; null while nothing is asked. */
    this.preview = signal(/** @type {Preview | null} */ (null));
    this.asking = signal(false);
    this.busy = signal(false);
    this.problem = signal(/** @type {unknown} */ (null));
    this.outcome = signal(/** @type {"" | "saved" | "savedRoles"} */ (""));
    /** What it was when somebody else's change was met. */
    this.met = signal(/** @type {Administrator | null} */ (null));
    this.timer = 0;
    this.left = new AbortController();
    this.before = computed(() => new Set(/** @type {string[]} */ (this.one.value.permissions)));
    this.permissionChanges = computed(() => [...this.before.value].filter((id) => !this.permissions.value.has(id)).length + [...this.permissions.value].filter((id) => !this.before.value.has(id)).length);
    this.roleChanges = computed(() => {
      const before = assignedOf(this.one.value).map(same);
      const now = this.chosen().map(same);
      return before.filter((each) => !now.includes(each)).length + now.filter((each) => !before.includes(each)).length;
    });
    this.changes = computed(() => this.permissionChanges.value + this.roleChanges.value);
    /** Whether a row still needs its role. */
    this.unfinished = computed(() => this.roles.value.some(({ role }) => !role));
  }

  /** The rows that have a role. */
  chosen() {
    return this.roles.value.filter(({ role }) => role);
  }

  /** @param {string} id @param {boolean} on */
  tick(id, on) {
    const next = new Set(this.permissions.value);
    if (on) next.add(id);
    else next.delete(id);
    this.permissions.value = next;
    this.changed();
  }

  add() {
    made += 1;
    this.roles.value = [...this.roles.value, { key: `new ${made}`, role: "", at: "" }];
    this.changed();
  }

  /** @param {string} key @param {Partial<Assigned>} change */
  assign(key, change) {
    this.roles.value = this.roles.value.map((each) => (each.key === key ? { ...each, ...change } : each));
    this.changed();
  }

  /** @param {string} key */
  remove(key) {
    this.roles.value = this.roles.value.filter((each) => each.key !== key);
    this.changed();
  }

  discard() {
    batch(() => {
      this.permissions.value = new Set(this.one.value.permissions);
      this.roles.value = assignedOf(this.one.value);
      this.met.value = null;
      this.problem.value = null;
    });
    this.changed();
  }

  changed() {
    this.outcome.value = "";
    clearTimeout(this.timer);
    this.left.abort();
    this.asking.value = this.changes.value > 0;
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  /** All individual permissions, as chosen. */
  wantedPermissions() {
    return /** @type {Permission[]} */ ([...this.permissions.value]);
  }

  /** All roles, as chosen. */
  wantedRoles() {
    return this.chosen().map(({ role, at }) => ({ role_id: role, organization_id: at || null }));
  }

  /** The administrator, as last read. */
  options() {
    return { params: { administrator_id: this.one.value.id }, ifMatch: this.one.value.revision };
  }

  /** Asks what saving would do. */
  async ask() {
    const mine = new AbortController();
    this.left = mine;
    const preview = this.changes.value > 0 ? await previewOf(this.effects(mine.signal)) : null;
    if (mine.signal.aborted) return;
    batch(() => {
      this.preview.value = preview;
      this.asking.value = false;
    });
    if (isStale(preview?.problem)) await this.meet();
  }

  /** What is not changed is left out: it needs no right. @param {AbortSignal} signal */
  effects(signal) {
    const body = {
      ...(this.roleChanges.value > 0 && { assignments: this.wantedRoles() }),
      ...(this.permissionChanges.value > 0 && { permissions: this.wantedPermissions() }),
    };
    return api.post("/v1/administrators/{administrator_id}/effects", { ...this.options(), signal, body });
  }

  async save() {
    this.busy.value = true;
    this.problem.value = null;
    try {
      await this.put();
    } catch (caught) {
      // What was changed meanwhile may be something else, such as that the invitation was accepted: then it is saved all the same.
      if (isStale(caught) && await this.meet()) await this.put().catch((again) => { this.problem.value = again; });
      else if (!isStale(caught)) this.problem.value = caught;
    } finally {
      this.busy.value = false;
    }
    if (this.outcome.value === "saved") this.preview.value = null;
    return this.outcome.value === "saved";
  }

  /** The roles first, then the individual permissions: what is saved is no longer a change. */
  async put() {
    // A preview that is under way is of the state before.
    clearTimeout(this.timer);
    this.left.abort();
    if (this.roleChanges.value) {
      const body = { assignments: this.wantedRoles() };
      this.take(await api.put("/v1/administrators/{administrator_id}/roles", { ...this.options(), body }));
      if (this.permissionChanges.value) this.outcome.value = "savedRoles";
    }
    if (this.permissionChanges.value) {
      const body = { permissions: this.wantedPermissions() };
      this.take(await api.put("/v1/administrators/{administrator_id}/permissions", { ...this.options(), body }));
    }
    this.outcome.value = "saved";
    this.met.value = null;
  }

  /** The server's answer to a change that was made. @param {Administrator | Effects} answer */
  take(answer) {
    if (!("revision" in answer)) return;
    batch(() => {
      if (!this.permissionChanges.value) this.permissions.value = new Set(answer.permissions);
      this.one.value = answer;
      this.roles.value = assignedOf(answer);
    });
    this.saved(answer);
  }

  /**
   * Somebody else changed the administrator: their state becomes the ground, one's own changes are put on it. Returns whether
   * what is held is the same as before.
   */
  async meet() {
    const before = this.one.value;
    const outcome = this.outcome.value;
    try {
      const theirs = await api.get("/v1/administrators/{administrator_id}", { params: { administrator_id: before.id } });
      this.rebase(theirs);
      this.changed();
      this.outcome.value = outcome;
      return heldBy(theirs) === heldBy(before);
    } catch (caught) {
      this.problem.value = caught;
      return false;
    }
  }

  /** @param {Administrator} theirs */
  rebase(theirs) {
    const before = this.one.value;
    const permissions = rebased(theirs.permissions, this.before.value, this.permissions.value);
    const known = assignedOf(before).map(same);
    const kept = this.roles.value.map(same);
    const roles = [...assignedOf(theirs).filter((each) => !(known.includes(same(each)) && !kept.includes(same(each))))];
    for (const each of this.roles.value) if (!known.includes(same(each)) && !roles.some((one) => same(one) === same(each))) roles.push(each);
    batch(() => {
      if (heldBy(theirs) !== heldBy(before)) this.met.value ??= before;
      this.one.value = theirs;
      this.permissions.value = permissions;
      this.roles.value = roles;
    });
  }
}

/** @param {Promise<Effects>} answer @returns {Promise<Preview>} */
async function previewOf(answer) {
  try {
    return { effects: await answer, problem: null };
  } catch (problem) {
    return { effects: null, problem };
  }
}

/** @param {Administrator} one @param {(one: Administrator) => void} saved */
export function useHoldings(one, saved) {
  const holdings = useMemo(() => new Holdings(one, saved), [one.id]);
  holdings.saved = saved;
  useEffect(() => {
    // It was changed elsewhere in the panel, or read again: without own changes that is simply the state.
    if (one.revision > holdings.one.peek().revision) holdings.rebase(one);
  }, [one.revision]);
  useUnsaved(holdings.changes.value > 0);
  useEffect(() => () => holdings.left.abort(), [holdings]);
  return holdings;
}
