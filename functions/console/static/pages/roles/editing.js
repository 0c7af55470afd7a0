// The state of a role that is changed: what it is, what is chosen instead, what the server says that saving does, saving.

import { batch, computed, signal, useEffect, useMemo } from "../../ui.js";
import { api, Problem } from "../../api.js";
import { useUnsaved } from "../../unsaved.js";
import { rebased } from "../../people/rebase.js";

/** @typedef {import("../../api.js").Schemas["RoleView"]} Role */
/** @typedef {import("../../api.js").Schemas["Impact"]} Impact */
/** @typedef {import("../../api.js").Schemas["Permission"]} Permission */

const PAUSE = 300;

export class Editing {
  /** @param {Role | null} role null: a new one @param {string} organization of a new one */
  constructor(role, organization) {
    this.role = signal(role);
    this.organization = signal(organization);
    this.name = signal(role?.name ?? "");
    this.description = signal(role?.description ?? "");
    this.permissions = signal(new Set(/** @type {string[]} */ (role?.permissions ?? [])));
    this.preview = signal(/** @type {{ impact: Impact | null, problem: unknown } | null} */ (null));
    this.busy = signal(false);
    this.problem = signal(/** @type {unknown} */ (null));
    this.saved = signal(false);
    /** What it was when somebody else's change was met. */
    this.met = signal(/** @type {Role | null} */ (null));
    this.timer = 0;
    this.left = new AbortController();
    this.before = computed(() => new Set(/** @type {string[]} */ (this.role.value?.permissions ?? [])));
    this.changes = computed(() => {
      const words = [this.name.value.trim() !== (this.role.value?.name ?? ""), this.description.value.trim() !== (this.role.value?.description ?? "")];
      const added = [...this.permissions.value].filter((id) => !this.before.value.has(id));
      const removed = [...this.before.value].filter((id) => !this.permissions.value.has(id));
      return words.filter(Boolean).length + added.length + removed.length;
    });
  }

  content() {
    return { name: this.name.value.trim(), description: this.description.value.trim() || null, permissions: /** @type {Permission[]} */ ([...this.permissions.value]) };
  }

  /** @param {string} id @param {boolean} on */
  tick(id, on) {
    const next = new Set(this.permissions.value);
    if (on) next.add(id);
    else next.delete(id);
    this.permissions.value = next;
    this.changed();
  }

  /** @param {"name" | "description" | "organization"} field @param {string} value */
  type(field, value) {
    this[field].value = value;
    this.changed();
  }

  discard() {
    const role = this.role.value;
    batch(() => {
      this.name.value = role?.name ?? "";
      this.description.value = role?.description ?? "";
      this.permissions.value = new Set(role?.permissions ?? []);
      this.met.value = null;
      this.problem.value = null;
    });
    this.changed();
  }

  changed() {
    this.saved.value = false;
    clearTimeout(this.timer);
    this.left.abort();
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  /** Asks what saving would do. Nobody holds a new role, but it may be refused. */
  async ask() {
    const role = this.role.value;
    if (this.changes.value === 0 || !this.name.value.trim()) {
      this.preview.value = null;
      return;
    }
    const mine = new AbortController();
    this.left = mine;
    try {
      const dry = { query: { dry_run: true }, signal: mine.signal };
      const answer = role
        ? await api.put("/v1/roles/{role_id}", { ...dry, params: { role_id: role.id }, ifMatch: role.revision, body: this.content() })
        : await api.post("/v1/roles", { ...dry, body: { organization_id: this.organization.value, ...this.content() } });
      if (!mine.signal.aborted) this.preview.value = { impact: "gaining" in answer ? answer : null, problem: null };
    } catch (problem) {
      if (mine.signal.aborted) return;
      this.preview.value = { impact: null, problem };
      if (role && problem instanceof Problem && problem.code === "revision-changed") await this.meet(role);
    }
  }

  /** @returns {Promise<Role | null>} the saved role */
  async save() {
    const role = this.role.value;
    this.busy.value = true;
    this.problem.value = null;
    // A preview that is under way is of the state before.
    clearTimeout(this.timer);
    this.left.abort();
    try {
      const answer = role
        ? await api.put("/v1/roles/{role_id}", { params: { role_id: role.id }, ifMatch: role.revision, body: this.content() })
        : await api.post("/v1/roles", { body: { organization_id: this.organization.value, ...this.content() } });
      if (!("revision" in answer)) return null;
      batch(() => {
        this.role.value = answer;
        this.preview.value = null;
        this.met.value = null;
        this.saved.value = true;
      });
      return answer;
    } catch (caught) {
      if (role && caught instanceof Problem && caught.code === "revision-changed") await this.meet(role);
      else this.problem.value = caught;
      return null;
    } finally {
      this.busy.value = false;
    }
  }

  /** Somebody else changed the role: theirs becomes the ground, one's own changes are put on it. @param {Role} before */
  async meet(before) {
    try {
      const theirs = await api.get("/v1/roles/{role_id}", { params: { role_id: before.id } });
      const permissions = rebased(theirs.permissions, this.before.value, this.permissions.value);
      batch(() => {
        if (this.name.value.trim() === before.name) this.name.value = theirs.name;
        if (this.description.value.trim() === (before.description ?? "")) this.description.value = theirs.description ?? "";
        this.met.value ??= before;
        this.role.value = theirs;
        this.permissions.value = permissions;
      });
    } catch (caught) {
      this.problem.value = caught;
      return;
    }
    this.changed();
  }
}

/** @param {Role | null} role @param {string} organization */
export function useEditing(role, organization) {
  const editing = useMemo(() => new Editing(role, organization), [role?.id]);
  useUnsaved(editing.changes.value > 0);
  useEffect(() => () => editing.left.abort(), [editing]);
  return editing;
}
