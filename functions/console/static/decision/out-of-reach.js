// Why a scope is out of reach: the server's reason, who could decide so, and asking them.

import { html, useSignal } from "../ui.js";
import { rich, t } from "../i18n.js";
import { api } from "../api.js";
import { PAGE, everything } from "../everything.js";
import { useResource } from "../resource.js";
import { permissionTitle, who } from "../session.js";
import { Text } from "../components/text.js";
import { obstacleWords, words } from "../components/problem.js";

/** @typedef {import("./model.js").Request} Request */
/** @typedef {import("./model.js").Scope} Scope */
/** @typedef {import("../api.js").Schemas["PossibleDecider"]} Decider */

const WIDTH = { computer: 0, group: 1, organization: 2 };

/** @param {{ request: Request, answer: import("../api.js").Schemas["ActionView"], scope: Scope }} props */
export function OutOfReach({ request, answer, scope }) {
  if (answer.obstacle) return html`<${Text} text=${obstacleWords(answer)} />`;
  const place = (/** @type {string | undefined} */ id) => (id === request.organization.id ? request.organization.name : t("missing.organization"));
  // Each set would be enough; the server names the widest first.
  const sets = [...(answer.missing ?? [])].reverse();
  const named = sets.map((set, nth) => [nth > 0 && t("reach.or"), set.map(({ permission }, at) => [at > 0 && t("missing.and"), html`<b>${permissionTitle(permission)}</b>`])]);
  return html`
    <span>${rich("reach.needs", { permissions: named, organization: place(sets[0]?.[0]?.organization_id) })} </span>
    <${Holders} request=${request} scope=${scope} />`;
}

/** Who can approve it at this scope, and a press to ask them. @param {{ request: Request, scope: Scope }} props */
export function Holders({ request, scope }) {
  const deciders = useResource((signal) => decidersOf(request.id, signal), [request.id]);
  const able = (deciders.data ?? []).filter((one) => one.approves && WIDTH[one.approves] >= WIDTH[scope]);
  if (!deciders.data) return null;
  return html`<span>${holdersWords(able)} </span>${able.length > 0 && html`<${Ask} request=${request} scope=${scope} />`}`;
}

/** Some of those who can decide it. @param {string} id @param {string | null} cursor @param {AbortSignal} [signal] @param {number} [limit] */
export const decidersPage = (id, cursor, signal, limit) => api.get("/v1/requests/{request_id}/deciders", { params: { request_id: id }, query: { cursor, limit }, signal });

/** All who can decide it. @param {string} id @param {AbortSignal} signal */
export const decidersOf = async (id, signal) => (await everything((cursor) => decidersPage(id, cursor, signal, PAGE))).items;

/** How many others can decide it. @param {{ request: Request }} props */
export function OthersCan({ request }) {
  const deciders = useResource((signal) => decidersOf(request.id, signal), [request.id]);
  const me = who.value?.administrator.id;
  const n = deciders.data?.filter(({ administrator }) => administrator?.id !== me).length ?? 0;
  return n > 0 ? html`<span>${t("decide.othersCan", { n })} <a href="#deciders">${t("decide.who")}</a></span>` : null;
}

/** @param {Decider[]} able */
function holdersWords(able) {
  const named = able.find((one) => one.administrator);
  const rest = able.length - 1;
  if (!able.length) return t("reach.nobody");
  if (!named?.administrator) return t("reach.managing");
  return rest > 0 ? rich("reach.holders", { name: named.administrator.name, n: rest }) : rich("reach.holder", { name: named.administrator.name });
}

/** @param {{ request: Request, scope: Scope, button?: any }} props */
function Ask({ request, scope }) {
  const state = useSignal(/** @type {"ready" | "busy" | { asked: string[], others: number } | { problem: unknown }} */ ("ready"));
  const ask = async () => {
    state.value = "busy";
    try {
      const { asked, others } = await api.post("/v1/requests/{request_id}/ask", { params: { request_id: request.id }, body: { scope } });
      state.value = { asked: asked.map(({ name }) => name), others };
    } catch (problem) {
      state.value = { problem };
    }
  };
  const now = state.value;
  if (typeof now === "object" && "problem" in now) return html`<span role="alert">${words(now.problem)}</span>`;
  if (typeof now === "object") return html`<span role="status">${t("reach.asked", { n: now.asked.length + now.others })}</span>`;
  return html`<button type="button" class="link" aria-disabled=${now === "busy" ? "true" : undefined} onClick=${ask}>${t("reach.ask")}</button>`;
}
