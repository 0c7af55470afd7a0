// The channels of messages, each with its icon.

/** @typedef {import("../api.js").Schemas["Channel"]} Channel */

export const CHANNELS = /** @type {const} */ (["email", "sms", "chat", "push", "webhook"]);

/** @type {Record<Channel, string>} */
export const CHANNEL_ICONS = { email: "mail", sms: "note", chat: "people", push: "send", webhook: "link" };
