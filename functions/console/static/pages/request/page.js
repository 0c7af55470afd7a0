// `/requests/{id}`: one request, and its decision. What must be read to act comes first; on a phone what is needed one time in ten
// is folded, and the decision is a sheet at the bottom.

import { html, useEffect, useRef } from "../../ui.js";
import { loadTexts, t } from "../../i18n.js";
import { useUnsaved } from "../../unsaved.js";
import { useKeys } from "../../keyboard.js";
import { navigate } from "../../router.js";
import { pending } from "../../shell/pending.js";
import { useActions } from "../../request/actions.js";
import { useRequest, useWatched } from "../../request/use-request.js";
import { leave, list, loadEarly, nextOf, placeOf, rowOf, useQueue } from "../../request/queue.js";
import { ignoring } from "../../decision/buttons.js";
import { canDecide, loadChoices, loadGives } from "../../decision/decision.js";
import { useDecision } from "../../decision/model.js";
import { Later, prepare } from "../../components/later.js";
import { Loaded } from "../../components/loaded.js";
import { PageHead } from "../../components/page-head.js";
import { useNarrow } from "../../components/narrow.js";
import { PhoneView } from "./phone.js";

/** @typedef {import("../../request/facts.js").Request} Request */

const loadDesktop = async () => {
  const ready = Promise.all([loadTexts("around"), prepare(loadChoices), prepare(loadGives)]);
  const { DesktopView } = await import("./desktop.js");
  await ready;
  return DesktopView;
};

export const styles = import.meta.resolve("./page.css");

/** @param {{ params: { id: string } }} props */
export default function RequestPage({ params }) {
  const request = useRequest(params.id);
  useWatched(request);
  useQueue();
  if (request.data === null) {
    const row = request.problem === null && rowOf(params.id);
    if (row) return html`<${Later} load=${loadEarly} row=${row} />`;
    return html`<${PageHead} title=${t("request.title")} back=${{ href: list.address, label: t("nav.approvals") }} /><div class="page-body"><${Loaded} resource=${request} rows=${6}>${() => null}<//></div>`;
  }
  return html`<${Opened} key=${params.id} request=${request.data} resource=${request} />`;
}

/** @param {{ request: Request, resource: import("../../resource.js").Resource<Request> }} props */
function Opened({ request, resource }) {
  const narrow = useNarrow();
  const decision = useDecision(request, {
    reload: resource.reload,
    onDecided: (done, settled) => {
      resource.set(done);
      leave([done.id, ...settled]);
    },
  });
  useUnsaved(canDecide(request, decision) && Boolean(decision.message.value.trim() || decision.note.value.trim()));
  const actions = useActions(request, resource.reload);
  const place = placeOf(request.id);
  // What follows is remembered: once this one is decided, it is in no list.
  const following = useRef(/** @type {string | null} */ (null));
  useEffect(() => {
    if (place.following) following.current = place.following;
  }, [place.following]);
  const found = nextOf(request.id, following.current);
  const next = found && { href: `/requests/${found.id}`, left: found.left };
  const go = (/** @type {string | null} */ id) => () => { if (id) navigate(`/requests/${id}`); };
  useKeys({ j: go(place.following), k: go(place.previous), Escape: () => navigate(list.address) });
  const ignore = ignoring(request, decision);
  const view = { request, decision, reload: resource.reload, next, actions, ignore, place: { ...place, at: request.status === "pending" ? place.at : -1, all: Math.max(place.all, pending.value) } };
  return narrow ? html`<${PhoneView} ...${view} />` : html`<${Later} load=${loadDesktop} ...${view} />`;
}
