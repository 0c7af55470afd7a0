// The settings of one's own notifications, which also have the revision of one's account.

import { api } from "../../api.js";
import { useResource } from "../../resource.js";

/** @typedef {import("../../api.js").Schemas["OwnNotifications"]} Own */

/** @returns {import("../../resource.js").Resource<Own>} */
export const useOwn = () => useResource((signal) => api.get("/v1/session/notifications", { signal }), []);

/** The time zone of this browser. */
export const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
