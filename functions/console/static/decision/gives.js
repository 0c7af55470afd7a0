// What a decision would do, in words: from the server's preview, never from the choices alone.

import { html, useEffect } from "../ui.js";
import { rich, t } from "../i18n.js";
import { announce } from "../announce.js";
import { computerName, counted } from "../format.js";
import { Icon } from "../components/icon.js";
import { plainly } from "../components/text.js";
import { commonName } from "../request/facts.js";
import { refusedWords } from "./buttons.js";
import { endWords } from "./ends.js";
import { mayBegin } from "./until.js";

/** @typedef {import("./model.js").Request} Request */
/** @typedef {import("./model.js").Preview} Preview */
/** @typedef {import("./model.js").Decision} Decision */

/** @param {Request} request @param {Preview} preview */
function whoOf(request, preview) {
  const reach = preview.scopes.find(({ scope }) => scope === preview.scope);
  if (preview.scope === "computer" || !reach) return computerName(request.computer);
  const place = preview.scope === "group" ? request.group.name : request.organization.name;
  return t("gives.computersOf", { n: reach.computers.count, count: counted(reach.computers), place: plainly(place ?? "") });
}

/** @param {{ request: Request, decision: Decision }} props */
export function Gives({ request, decision }) {
  const preview = decision.preview.value;
  const said = preview ? spoken(request, preview, decision) : "";
  useEffect(() => {
    if (said) announce(said);
  }, [said]);
  const refused = refusedWords(decision);
  useEffect(() => {
    if (refused) announce(refused);
  }, [refused]);
  if (refused) return html`<div class="gives gives-waiting"><p><${Icon} name="warning" small /><span>${refused}</span></p></div>`;
  if (!preview) {
    const looking = decision.previewProblem.value || decision.late.value ? t("gives.missing") : t("gives.looking");
    return html`<div class="gives gives-waiting"><p><${Icon} name="clock" small /><span>${looking}</span></p></div>`;
  }
  return html`
    <div class="gives">
      ${preview.outcome === "approved" && html`<p><${Icon} name="check" small /><span>${rich(`gives.${request.kind}.${decision.condition.value}`, parameters(request, preview, decision))}</span></p>`}
      ${preview.outcome === "denied" && html`<p><${Icon} name="close" small /><span>${t("gives.denied")}</span></p>`}
      <p><${Icon} name="send" small /><span>${toldWords(preview)}</span></p>
      ${preview.covers && preview.covers.waiting.count > 0 && html`<p><${Icon} name="clock" small /><span>${t("gives.covers", { n: preview.covers.waiting.count })}</span></p>`}
    </div>`;
}

/** How its time would begin with the first use. @param {Preview} preview @param {Decision} decision */
function firstUse({ expires_at: end }, decision) {
  const until = decision.until.value;
  if (!end || decision.within.value === null || !mayBegin(until)) return null;
  // It has ended everywhere once it was used for the first time at the last moment.
  const seconds = until.hours * 3600;
  return { lasts_seconds: seconds, use_by: new Date(Date.parse(end) - seconds * 1000).toISOString() };
}

/** @param {Request} request @param {Preview} preview @param {Decision} decision */
function parameters(request, preview, decision) {
  const publisher = request.defaults?.conditions.find(({ condition }) => condition === "publisher")?.publisher;
  return {
    who: whoOf(request, preview),
    publisher: commonName(publisher?.subject) ?? publisher?.team_id ?? "",
    until: endWords({ first_use: firstUse(preview, decision), expires_at: preview.expires_at }),
  };
}

/** @param {Preview} preview */
function toldWords({ settles, told }) {
  const people = told.count === 0 ? t("gives.nobodyTold") : t("gives.tells", { n: told.count });
  if (settles.count === 0) return people;
  return rich("gives.settles", { n: settles.count + 1, count: counted({ ...settles, count: settles.count + 1 }), people });
}

/** @param {Request} request @param {Preview} preview @param {Decision} decision */
function spoken(request, preview, decision) {
  if (preview.outcome !== "approved") return "";
  return t(`gives.${request.kind}.${decision.condition.value}`, parameters(request, preview, decision));
}
