// What is said where the list is empty: why, and what can be done next.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { organizationOf } from "../../places.js";
import { useResource } from "../../resource.js";
import { navigate, withQuery } from "../../router.js";
import { mayBeUseful } from "../../session.js";
import { Button } from "../../components/button.js";
import { Empty } from "../../components/empty.js";
import { Time } from "../../components/time.js";
import { isNarrowed } from "./filters.js";

/** @typedef {import("./filters.js").Filters} Filters */

/** Whether a computer has ever asked, and who decided the request that was made last. @param {boolean} matters */
function useNewest(matters) {
  return useResource(async (signal) => {
    if (!matters) return null;
    const { items: [row], next_cursor: more } = await api.get("/v1/requests", { query: { organization_id: organizationOf(), limit: 1 }, signal });
    return { asked: Boolean(row || more), decided: row?.can_open ? await lastDecision(row.id, signal) : null };
  }, [matters]);
}

/** From its history: opening it would be on record. @param {string} id @param {AbortSignal} signal */
async function lastDecision(id, signal) {
  const { items } = await api.get("/v1/requests/{request_id}/timeline", { params: { request_id: id }, signal });
  const found = items.findLast(({ act }) => act === "request.decided");
  return found ? { name: "name" in found.actor ? found.actor.name : t("person.managing"), time: html`<${Time} at=${found.at} />` } : null;
}

/** @param {{ chosen: Filters, total: number }} props */
export function Nothing({ chosen, total }) {
  const { data: newest } = useNewest(chosen.tab === "pending" && !isNarrowed(chosen));
  if (isNarrowed(chosen)) {
    const clear = () => navigate(withQuery({ organization: null, kind: null, group: null, q: null }));
    return html`<${Empty} title=${t("empty.filtered")} action=${html`<${Button} onClick=${clear}>${t("empty.clear")}<//>`}>${t("empty.filteredWords", { n: total })}<//>`;
  }
  if (chosen.tab === "pending") {
    if (newest?.asked === false && mayBeUseful("computer-groups.create")) return html`<${Empty} title=${t("empty.never")} action=${html`<a class="button button-primary" href="/first-steps">${t("empty.firstSteps")}</a>`}>${t("empty.neverWords")}<//>`;
    return html`<${Empty} title=${t("empty.pending")} action=${html`<a class="button button-plain" href="/requests?status=decided">${t("empty.seeDecided")}</a>`}>${newest?.decided && html`${rich("empty.decidedBy", newest.decided)} `}${t("empty.pendingWords")}<//>`;
  }
  if (chosen.tab === "mine") return html`<${Empty} title=${t("empty.mine")}>${t("empty.mineWords")}<//>`;
  if (chosen.tab === "all") return html`<${Empty} title=${t("empty.all")}>${t("empty.allWords")}<//>`;
  return html`<${Empty} title=${t(`empty.${chosen.tab}`)} />`;
}
