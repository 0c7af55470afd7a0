// The answer in words, then its reasons: what counts and from where, what is missing and would be enough.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useResource } from "../../resource.js";
import { permissionTitle } from "../../session.js";
import { Icon } from "../../components/icon.js";
import { Later, partOf } from "../../components/later.js";
import { Loaded } from "../../components/loaded.js";
import { KINDS, SCOPES, hasKinds, hasScope } from "./question.js";

/** @typedef {import("./question.js").Question} Question */
/** @typedef {import("./question.js").Named} Named */
/** @typedef {import("../../api.js").Schemas["Answer"]} Answer */
/** @typedef {import("../../api.js").Schemas["Ground"]} Ground */
/** @typedef {{ byScope: Answer[], byKind: Answer[] }} Found `byScope`: the narrowest scope first, what was asked last; `byKind`: the same for one kind only */

const loadGivers = partOf(() => import("../../people/givers.js"), "Givers", "who-could");

/** @param {{ asked: Question, places: Named[] }} props */
export function AnswerTo({ asked, places }) {
  const scoped = hasScope(asked.action);
  const answers = useResource(async (signal) => {
    // With a scope each narrower one is asked about too: "no, only up to a group".
    const scopes = scoped ? SCOPES.slice(0, SCOPES.indexOf(asked.scope) + 1) : [undefined];
    const ask = (/** @type {Partial<import("../../api.js").Schemas["ResourceView"]>} */ more) => ({ administrator_id: asked.id, action: asked.action, resource: { organization_id: asked.place.id, ...more } });
    const ofKinds = hasKinds(asked.action) ? KINDS.map((kind) => ask({ scope: scopes.at(-1), request_kind: kind })) : [];
    const answer = await api.post("/v1/authorize", { body: { questions: [...scopes.map((scope) => ask({ scope })), ...ofKinds] }, signal });
    const all = "answers" in answer ? answer.answers : [];
    return { byScope: all.slice(0, scopes.length), byKind: all.slice(scopes.length) };
  }, [asked.id, asked.action, asked.place.id, asked.scope]);
  return html`<div class="access-why" role="status"><${Loaded} resource=${answers}>${(/** @type {Found} */ found) => html`<${Words} found=${found} asked=${asked} places=${places} />`}<//></div>`;
}

/** @param {{ found: Found, asked: Question, places: Named[] }} props */
function Words({ found: { byScope, byKind }, asked, places }) {
  const answer = byScope.at(-1);
  if (!answer) return null;
  const narrower = answer.allowed ? -1 : byScope.findLastIndex((one) => one.allowed);
  const kinds = KINDS.filter((_, nth) => byKind[nth]?.allowed);
  const partly = byScope[narrower] ?? byKind.find((one) => one.allowed);
  const grounds = answer.allowed ? answer.because : partly?.because ?? [];
  return html`
    <h2 class=${answer.allowed ? "verdict verdict-yes" : "verdict verdict-no"}><${Icon} name=${answer.allowed ? "check" : "close"} />${verdict(answer.allowed, narrower, kinds)}</h2>
    <ul class="answer-reasons">
      ${answer.inactive && html`<li class="reason-no"><${Icon} name="close" small /><div><b>${t("access.inactive")}</b><p>${t(`access.inactive.${answer.inactive}`)}</p></div></li>`}
      ${grounds.map((ground) => html`<li class="reason-yes"><${Icon} name="check" small /><div><b>${permissionTitle(ground.permission)}</b><p>${groundWords(ground, asked, places)}</p></div></li>`)}
      ${!answer.allowed && answer.missing.map((set) => html`<${Lacks} key=${set.map(({ permission }) => permission).join()} set=${set} only=${answer.missing.length === 1} asked=${asked} places=${places} />`)}
    </ul>`;
}

/**
 * Permissions that would be enough, and who can give one that is given singly: it counts where its holder belongs.
 * @param {{ set: import("../../api.js").Schemas["Requirement"][], only: boolean, asked: Question, places: Named[] }} props
 */
function Lacks({ set, only, asked, places }) {
  const [one, ...more] = set;
  const organization = nameOf(one?.organization_id, places);
  const to = one && !more.length && one.organization_id === asked.who?.organization.id ? asked.who : null;
  return html`
    <li class="reason-no"><${Icon} name="close" small />
      <div><b>${set.map(({ permission }) => permissionTitle(permission)).join(t("missing.and"))}</b><p>${rich(only ? "access.missing" : "access.missingOne", { organization })}${to && html`. <${Later} load=${loadGivers} key=${to.id} permission=${one?.permission} to=${to} />`}</p></div></li>`;
}

/** @param {boolean} allowed @param {number} narrower the widest scope that is allowed, or -1 @param {readonly string[]} kinds those that are allowed */
function verdict(allowed, narrower, kinds) {
  if (allowed) return t("access.yes");
  if (narrower >= 0) return t(`access.only.${SCOPES[narrower]}`);
  return kinds.length ? t("access.onlyKinds", { kinds: kinds.map((kind) => t(`access.kind.${kind}`)).join(t("missing.and")) }) : t("access.no");
}

/** @param {string | null | undefined} id @param {Named[]} places */
export const nameOf = (id, places) => places.find((one) => one.id === id)?.name ?? t("missing.organization");

/** "given singly at Rheinblick, counts here". @param {Ground} ground @param {Question} asked @param {Named[]} places */
function groundWords(ground, asked, places) {
  const organization = nameOf(ground.organization_id, places);
  const from = ground.organization_id === asked.place.id ? "Here" : "Above";
  const role = ground.role && "name" in ground.role ? ground.role.name : null;
  if (ground.role) return role ? rich(`access.role${from}`, { role, organization }) : rich("access.hiddenRole", { organization });
  return rich(`access.singly${from}`, { organization });
}
