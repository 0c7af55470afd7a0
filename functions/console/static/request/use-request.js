// An opened request that stays up to date. Opening is on record once an hour, so changes are noticed by the revision of its row in
// a list, and it is opened again only then.

import { api, Problem } from "../api.js";
import { loadTranslations } from "../i18n.js";
import { useRepeated, useResource } from "../resource.js";
import { useEffect, useRef } from "../ui.js";

/** @typedef {import("../api.js").Schemas["RequestView"]} Request */

const EVERY = 5000;
const LOOKED_AT = 50;

/** @param {string} id @returns {import("../resource.js").Resource<Request>} */
export function useRequest(id) {
  return useResource(async (signal) => {
    const opened = await api.get("/v1/requests/{request_id}", { params: { request_id: id }, signal });
    if ([...opened.actions, ...opened.defaults?.conditions ?? []].some(({ obstacle }) => obstacle)) await loadTranslations("obstacles");
    return opened;
  }, [id]);
}

/** Opens it again when a list shows another revision, or does not show it any more. @param {import("../resource.js").Resource<Request>} request @param {number | undefined} revision */
export function useRevision(request, revision) {
  const opened = request.data?.revision;
  const listed = useRef(false);
  useEffect(() => {
    const changed = revision === undefined ? listed.current : opened !== undefined && revision > opened;
    listed.current = revision !== undefined;
    if (changed) request.reload();
  }, [revision, opened]);
}

/** The same without a list at hand: the newest requests of its computer. @param {import("../resource.js").Resource<Request>} request @param {boolean} [on] */
export function useWatched(request, on = true) {
  useRepeated(async () => {
    if (!on) return;
    const { data, problem } = request;
    if (!data) {
      if (problem instanceof Problem && problem.status === 0) await request.reload();
      return;
    }
    const { items } = await api.get("/v1/requests", { query: { computer_id: data.computer.id, organization_id: data.organization.id, limit: LOOKED_AT } });
    const row = items.find(({ id }) => id === data.id);
    if (row && row.revision > data.revision) await request.reload();
  }, EVERY);
}
