// On a phone: what is needed one time in ten, each folded to its title and what is in it. It is read after what the first screen shows.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { size } from "../../format.js";
import { toldCount, useEarlier, useTimeline } from "../../request/context.js";
import { Fold } from "../../components/fold.js";
import { Later, partOf } from "../../components/later.js";
import { Loaded } from "../../components/loaded.js";

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {import("../../request/facts.js").Request} Request */

const around = (/** @type {string} */ name) => partOf(() => import("../../request/around.js"), name, "around");
const fileFacts = (/** @type {string} */ name) => partOf(() => import("../../request/file-facts.js"), name);
const loadFile = fileFacts("FileDetails");
const loadRequesters = fileFacts("Requesters");
const loadOthers = around("OthersWaiting");
const loadEarlier = around("EarlierList");
const loadTold = around("WhoWasTold");
const loadDeciders = around("WhoCanDecide");
const loadNotes = around("Notes");
const loadHistory = around("History");

/** @param {{ request: Request }} props */
export function Folds({ request }) {
  const timeline = useTimeline(request);
  const earlier = useEarlier(request);
  const entries = timeline.data ?? [];
  const told = toldCount(entries);
  const notes = entries.filter(({ act }) => act === "request.note-added").length;
  const { subject } = request;
  return html`
    ${request.matching.count > 0 && html`<${Fold} icon="people" title=${t("fact.alsoWaiting")} end=${t("fact.computers", { n: request.matching.count })}><${Later} load=${loadOthers} request=${request} /><//>`}
    ${request.requesters.length > 1 && html`<${Fold} icon="person" title=${t("fact.whoAsks")} end=${t("fact.people", { n: request.requesters.length })}><${Later} load=${loadRequesters} request=${request} /><//>`}
    <${Fold} icon=${request.kind} title=${t(request.kind === "storage" ? "file.deviceTitle" : "file.title")} end=${subject.size ? size(subject.size) : undefined}>
      <${Later} load=${loadFile} request=${request} />
    <//>
    <${Fold} icon="clock" title=${t("before.title")} end=${earlier.data && String(earlier.data.length || t("before.noneShort"))}><${Loaded} resource=${earlier} rows=${1}>${(/** @type {Schemas["EarlierRequest"][]} */ items) => html`<${Later} load=${loadEarlier} items=${items} />`}<//><//>
    <${Fold} icon="send" title=${t("told.title")} end=${told.all > 0 ? t("fact.toldOf", { n: told.all, sent: told.sent }) : undefined}><${Loaded} resource=${timeline} rows=${2}>${(/** @type {Schemas["TimelineEntry"][]} */ all) => html`<${Later} load=${loadTold} entries=${all} request=${request} />`}<//><//>
    <${Fold} icon="question" title=${t("deciders.title")}><${Later} load=${loadDeciders} request=${request} /><//>
    <${Fold} icon="note" title=${t("notes.title")} end=${notes > 0 ? t("notes.count", { n: notes }) : undefined}>
      <${Later} load=${loadNotes} request=${request} />
      <${Loaded} resource=${timeline} rows=${2}>${(/** @type {Schemas["TimelineEntry"][]} */ all) => html`<${Later} load=${loadHistory} entries=${all} />`}<//>
    <//>`;
}
