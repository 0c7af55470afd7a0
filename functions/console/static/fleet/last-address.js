// From where a computer checked in last.

import { api } from "../api.js";
import { ifMay } from "../may.js";

/**
 * Null if it is not known, and for those who may not see check-ins there.
 * @param {{ organization_id: string, computer_id: string }} params @param {AbortSignal} signal @returns {Promise<string | null>}
 */
export const lastAddress = (params, signal) => ifMay("checkin-history.view", params.organization_id, async () => {
  const { items: [last] } = await api.get("/v1/organizations/{organization_id}/computers/{computer_id}/check-ins", { params, query: { limit: 1 }, signal });
  return last?.address ?? null;
}, null, signal);
