// What can be done with a request beside deciding: take, hand over, release, note, ignore, flag, copy the link.

import { html, useSignal } from "../ui.js";
import { t } from "../i18n.js";
import { announce } from "../announce.js";
import { api, newKey } from "../api.js";
import { useResource } from "../resource.js";
import { who } from "../session.js";
import { useKeys } from "../keyboard.js";
import { Button } from "../components/button.js";
import { Dialog } from "../components/dialog.js";
import { Field } from "../components/field.js";
import { Missing, ProblemNote } from "../components/problem.js";
import { Select } from "../components/select.js";
import { deceives, plainly } from "../components/text.js";
import { mayFlag } from "../decision/flag-note.js";
import { decidersOf } from "../decision/out-of-reach.js";

/** @typedef {import("../api.js").Schemas["RequestView"]} Request */
/** @typedef {"note" | "flag" | "hand-over" | null} Open */

/**
 * The state and handlers of these actions; `dialogs` is what they have open.
 * @param {Request} request @param {() => Promise<void>} reload
 */
export function useActions(request, reload) {
  const open = useSignal(/** @type {Open} */ (null));
  const problem = useSignal(/** @type {unknown} */ (null));
  const mine = request.assignee?.administrator.id === who.value?.administrator.id;
  /** @param {() => Promise<unknown>} work */
  const doing = async (work) => {
    problem.value = null;
    try {
      await work();
      await reload();
    } catch (caught) {
      problem.value = caught;
    }
  };
  const params = { request_id: request.id };
  const take = () => doing(() => api.put("/v1/requests/{request_id}/assignee", { params, body: {} }));
  const release = () => doing(() => api.delete("/v1/requests/{request_id}/assignee", { params }));
  const copyLink = async () => {
    await navigator.clipboard.writeText(`${location.origin}/requests/${request.id}`);
    announce(t("copy.done"), 0);
  };
  const show = (/** @type {Open} */ dialog) => () => { open.value = dialog; };
  useKeys({ t: mine ? release : take, n: show("note"), c: copyLink });
  const close = () => {
    open.value = null;
    reload();
  };
  const dialogs = html`
    ${problem.value !== null && html`<${ProblemNote} problem=${problem.value} names=${{ [request.organization.id]: request.organization.name }} takesFocus />`}
    ${open.value === "note" && html`<${NoteDialog} request=${request} onClose=${close} />`}
    ${open.value === "flag" && html`<${FlagDialog} request=${request} onClose=${close} />`}
    ${open.value === "hand-over" && html`<${HandOver} request=${request} onClose=${close} />`}`;
  return { take, release, mine, copyLink, note: show("note"), flag: show("flag"), handOver: show("hand-over"), dialogs };
}

/** @typedef {ReturnType<typeof useActions>} Actions */

/** As items of a menu. @param {Request} request @param {Actions} actions @param {(() => void) | null} ignore */
export function menuItems(request, actions, ignore) {
  const open = request.status === "pending";
  return [
    open && (actions.mine ? { label: t("action.release"), icon: "hand", onClick: actions.release } : { label: t("action.take"), icon: "hand", onClick: actions.take }),
    open && { label: t("action.handOver"), icon: "people", onClick: actions.handOver },
    { label: t("action.note"), icon: "note", onClick: actions.note },
    { label: t("action.copyLink"), icon: "link", onClick: actions.copyLink },
    ignore && { label: t("action.ignore"), icon: "minus", onClick: ignore },
    request.subject.sha256 && { label: t("action.flag"), icon: "flag", bad: true, onClick: actions.flag },
  ];
}

/** @param {{ request: Request, onClose: () => void }} props */
function NoteDialog({ request, onClose }) {
  const text = useSignal("");
  const key = useSignal(newKey());
  const state = useSending(() => api.post("/v1/requests/{request_id}/notes", { params: { request_id: request.id }, body: { text: text.value.trim() }, key: key.value }), onClose);
  return html`
    <${Dialog} title=${t("note.title")} onClose=${onClose} actions=${html`<${Button} onClick=${onClose}>${t("dialog.cancel")}<//><${Button} kind="primary" busy=${state.busy} off=${text.value.trim() ? null : t("note.empty")} onClick=${state.send}>${t("note.do")}<//>`}>
      <${Field} label=${t("note.label")} hint=${t("note.hint")} name="note" rows=${4} maxlength="2000" takesFocus value=${text.value} onInput=${(/** @type {string} */ value) => { text.value = value; }} />
      ${state.problem}
    <//>`;
}

/** Flagging stops the file for everybody here and below, and what it revokes does not come back: the name is typed. @param {{ request: Request, onClose: () => void }} props */
function FlagDialog({ request, onClose }) {
  const note = useSignal("");
  const typed = useSignal("");
  const { name, sha256 } = request.subject;
  const wanted = deceives(name) ? (sha256 ?? "").slice(0, 8) : plainly(name);
  const may = useResource((signal) => mayFlag(request, signal), [request.id]);
  const state = useSending(() => api.put("/v1/requests/{request_id}/flag", { params: { request_id: request.id }, body: { note: note.value.trim() || null } }), onClose);
  const missing = may.data && !may.data.allowed ? html`<${Missing} missing=${may.data.missing} names=${{ [request.organization.id]: request.organization.name }} />` : null;
  const off = missing ?? (typed.value.trim() === wanted ? null : t("flag.typeFirst"));
  return html`
    <${Dialog} title=${t("flag.title", { name: plainly(name) })} onClose=${onClose} actions=${html`<${Button} onClick=${onClose}>${t("dialog.cancel")}<//><${Button} kind="danger" busy=${state.busy} off=${off} onClick=${state.send}>${t("flag.do")}<//>`}>
      <p>${t("flag.words", { organization: request.organization.name })}</p>
      ${missing}
      <${Field} label=${t("flag.note")} name="note" rows=${2} maxlength="2000" value=${note.value} onInput=${(/** @type {string} */ value) => { note.value = value; }} />
      <${Field} label=${t("flag.type", { wanted })} name="typed" autocomplete="off" value=${typed.value} onInput=${(/** @type {string} */ value) => { typed.value = value; }} />
      ${state.problem}
    <//>`;
}

/** @param {{ request: Request, onClose: () => void }} props */
function HandOver({ request, onClose }) {
  const chosen = useSignal("");
  const deciders = useResource((signal) => decidersOf(request.id, signal), [request.id]);
  const state = useSending(() => api.put("/v1/requests/{request_id}/assignee", { params: { request_id: request.id }, body: { administrator_id: chosen.value } }), onClose);
  const me = who.value?.administrator.id;
  const people = (deciders.data ?? []).flatMap(({ administrator }) => (administrator && administrator.id !== me ? [{ value: administrator.id, label: plainly(administrator.name) }] : []));
  return html`
    <${Dialog} title=${t("handOver.title")} onClose=${onClose} actions=${html`<${Button} onClick=${onClose}>${t("dialog.cancel")}<//><${Button} kind="primary" busy=${state.busy} off=${chosen.value ? null : t("handOver.nobody")} onClick=${state.send}>${t("handOver.do")}<//>`}>
      <p class="quiet">${t("handOver.words")}</p>
      <${Select} label=${t("handOver.to")} value=${chosen.value} options=${[{ value: "", label: "" }, ...people]} onChange=${(/** @type {string} */ value) => { chosen.value = value; }} />
      ${state.problem}
    <//>`;
}

/** @param {() => Promise<unknown>} work @param {() => void} done */
function useSending(work, done) {
  const busy = useSignal(false);
  const problem = useSignal(/** @type {unknown} */ (null));
  const send = async () => {
    busy.value = true;
    try {
      await work();
      done();
    } catch (caught) {
      problem.value = caught;
      busy.value = false;
    }
  };
  const shown = problem.value === null ? null : html`<${ProblemNote} problem=${problem.value} takesFocus />`;
  return { busy: busy.value, send, problem: shown };
}
