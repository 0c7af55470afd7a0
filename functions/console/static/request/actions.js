// What can be done with a request beside deciding: take, hand over, release, note, ignore, flag, copy the link.

import { html, useSignal } from "../ui.js";
import { t } from "../i18n.js";
import { announce } from "../announce.js";
import { api } from "../api.js";
import { copyText } from "../clipboard.js";
import { navigate } from "../router.js";
import { who } from "../session.js";
import { useKeys } from "../keyboard.js";
import { Later, partOf } from "../components/later.js";
import { useOpening } from "../components/opening.js";
import { ProblemNote } from "../components/problem.js";

/** @typedef {import("../api.js").Schemas["RequestView"]} Request */
const dialog = (/** @type {string} */ name) => partOf(() => import("./action-dialogs.js"), name, "request-actions");
const loadNote = dialog("NoteDialog");
const loadFlag = dialog("FlagDialog");
const loadHandOver = dialog("HandOver");
const loadByHand = partOf(() => import("../components/by-hand.js"), "ByHand");

/** @typedef {"note" | "flag" | "hand-over" | "link" | null} Open */

/**
 * The state and handlers of these actions; `dialogs` is what they have open.
 * @param {Request} request @param {() => Promise<void>} reload
 */
export function useActions(request, reload) {
  const open = useOpening(/** @type {Open} */ (null));
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
  const link = `${location.origin}/requests/${request.id}`;
  const copyLink = async () => {
    if (await copyText(link)) announce(t("copy.done"), 0);
    else open.show("link");
  };
  const makeRule = () => navigate(`/rules/new?organization=${request.organization.id}&request=${request.id}`);
  const show = (/** @type {NonNullable<Open>} */ dialog) => () => { open.show(dialog); };
  useKeys({ ...(request.status === "pending" ? { t: mine ? release : take } : {}), n: show("note"), c: copyLink });
  const close = () => {
    open.close();
    reload();
  };
  const dialogs = html`
    ${problem.value !== null && html`<${ProblemNote} problem=${problem.value} names=${{ [request.organization.id]: request.organization.name }} takesFocus />`}
    ${open.what === "note" && html`<${Later} load=${loadNote} request=${request} onClose=${close} />`}
    ${open.what === "flag" && html`<${Later} load=${loadFlag} request=${request} onClose=${close} />`}
    ${open.what === "link" && html`<${Later} load=${loadByHand} text=${link} label=${t("action.copyLink")} />`}
    ${open.what === "hand-over" && html`<${Later} load=${loadHandOver} request=${request} onClose=${close} />`}`;
  return { take, release, mine, copyLink, makeRule, note: show("note"), flag: show("flag"), handOver: show("hand-over"), dialogs };
}

/** @typedef {ReturnType<typeof useActions>} Actions */

/** As items of a menu. @param {Request} request @param {Actions} actions @param {ReturnType<typeof import("../decision/buttons.js").ignoring>} ignore */
export function menuItems(request, actions, ignore) {
  const open = request.status === "pending";
  return [
    open && (actions.mine ? { label: t("action.release"), icon: "hand", onClick: actions.release } : { label: t("action.take"), icon: "hand", onClick: actions.take }),
    open && { label: t("action.handOver"), icon: "people", onClick: actions.handOver },
    { label: t("action.note"), icon: "note", onClick: actions.note },
    { label: t("action.copyLink"), icon: "link", onClick: actions.copyLink },
    { label: t("action.makeRule"), icon: "rules", onClick: actions.makeRule },
    ignore && { label: t("action.ignore"), icon: "minus", off: ignore.off, onClick: ignore.send },
    request.subject.sha256 && { label: t("action.flag"), icon: "flag", bad: true, onClick: actions.flag },
  ];
}
