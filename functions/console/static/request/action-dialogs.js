// The dialogs of what can be done with a request beside deciding: a note, flagging the file, handing over.

import { html, useEffect, useSignal } from "../ui.js";
import { t } from "../i18n.js";
import { api, newKey } from "../api.js";
import { counted } from "../format.js";
import { useResource } from "../resource.js";
import { who } from "../session.js";
import { Button } from "../components/button.js";
import { Dialog } from "../components/dialog.js";
import { Field } from "../components/field.js";
import { Missing, ProblemNote } from "../components/problem.js";
import { onSendKey } from "../components/send-key.js";
import { Select } from "../components/select.js";
import { deceives, plainly } from "../components/text.js";
import { mayFlag } from "../decision/flag-note.js";
import { WAITS } from "../decision/model.js";
import { decidersOf } from "../decision/out-of-reach.js";

/** @typedef {import("../api.js").Schemas["RequestView"]} Request */

/** @param {{ request: Request, onClose: () => void }} props */
export function NoteDialog({ request, onClose }) {
  const text = useSignal("");
  const key = useSignal(newKey());
  const off = text.value.trim() ? null : t("note.empty");
  const state = useSending(() => api.post("/v1/requests/{request_id}/notes", { params: { request_id: request.id }, body: { text: text.value.trim() }, key: key.value }), onClose);
  return html`
    <${Dialog} title=${t("note.title")} onClose=${onClose} actions=${html`<${Button} onClick=${onClose}>${t("dialog.cancel")}<//><${Button} kind="primary" busy=${state.busy} off=${off} onClick=${state.send}>${t("note.do")}<//>`}>
      <div onKeyDown=${onSendKey(() => { if (!off && !state.busy) state.send(); })}>
        <${Field} label=${t("note.label")} hint=${t("note.hint")} name="note" rows=${4} maxlength="2000" takesFocus value=${text.value} onInput=${(/** @type {string} */ value) => { text.value = value; }} />
      </div>
      ${state.problem}
    <//>`;
}

/** Flagging stops the file for everybody here and below, and what it revokes does not come back: the name is typed. @param {{ request: Request, onClose: () => void }} props */
export function FlagDialog({ request, onClose }) {
  const note = useSignal("");
  const typed = useSignal("");
  const { name, sha256 } = request.subject;
  const wanted = deceives(name) ? (sha256 ?? "").slice(0, 8) : plainly(name);
  const may = useResource((signal) => mayFlag(request, signal), [request.id]);
  const state = useSending(() => api.put("/v1/requests/{request_id}/flag", { params: { request_id: request.id }, body: { note: note.value.trim() || null } }), onClose);
  const missing = may.data && !may.data.allowed ? html`<${Missing} missing=${may.data.missing} names=${{ [request.organization.id]: request.organization.name }} />` : null;
  const { computers, late } = useFlagReach(request, may.data?.allowed);
  const off = missing ?? (typed.value.trim() === wanted ? null : t("flag.typeFirst")) ?? (computers || late ? null : t("off.preview"));
  const numbers = computers && { n: computers.count, count: counted(computers) };
  return html`
    <${Dialog} title=${t("flag.title", { name: plainly(name) })} onClose=${onClose} actions=${html`<${Button} onClick=${onClose}>${t("dialog.cancel")}<//><${Button} kind="danger" busy=${state.busy} off=${off} onClick=${state.send}>${numbers ? t("flag.doFor", numbers) : t("flag.do")}<//>`}>
      <p>${t("flag.words", { organization: request.organization.name })} ${numbers && t("flag.counts", numbers)}${!numbers && late && !missing && t("flag.uncounted")}</p>
      ${missing}
      <${Field} label=${t("flag.note")} name="note" rows=${2} maxlength="2000" value=${note.value} onInput=${(/** @type {string} */ value) => { note.value = value; }} />
      <${Field} label=${t("flag.type", { wanted })} name="typed" autocomplete="off" value=${typed.value} onInput=${(/** @type {string} */ value) => { typed.value = value; }} />
      ${state.problem}
    <//>`;
}

/** For how many computers the flag would count; `late` once the button no longer waits to say it. @param {Request} request @param {boolean} [allowed] whether the reader may flag it */
function useFlagReach(request, allowed) {
  const late = useSignal(false);
  const preview = useResource(async (signal) => (allowed ? api.put("/v1/requests/{request_id}/flag", { params: { request_id: request.id }, query: { dry_run: true }, body: {}, signal }) : null), [request.id, allowed]);
  useEffect(() => {
    const timer = setTimeout(() => { late.value = true; }, WAITS);
    return () => clearTimeout(timer);
  }, []);
  const computers = preview.data && "computers" in preview.data ? preview.data.computers : null;
  return { computers, late: late.value || preview.problem !== null };
}

/** @param {{ request: Request, onClose: () => void }} props */
export function HandOver({ request, onClose }) {
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
