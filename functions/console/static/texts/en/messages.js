// Texts that deliveries and integrations share: how a channel is doing, and test messages.

/** @type {import("../../i18n.js").Texts} */
export default {
  "health.missing": "Not set up",
  "health.paused": "Paused",
  "health.failing": "Failing",
  "health.working": "Working",
  "health.unused": "Not used yet",
  "health.lastSuccess": "Last worked {time}",
  "health.neverWorked": "It has never carried a message.",
  "health.lastFailure": "Last failed {time}",
  "health.pausedUntil": { one: "Not called until {time}, after {n} failure in a row.", other: "Not called until {time}, after {n} failures in a row." },

  "test.title": "Send a test message",
  "test.do": "Send a test message",
  "test.short": "Test",
  "test.send": "Send the test",
  "test.of": "Test: send a message by {channel}",
  "test.address": "Address",
  "test.hint": "An email address, sms: and a phone number, or the address of an integration such as slack:Security desk.",
  "test.noAddress": "Say where to first.",
  "test.to.email": "Email address",
  "test.to.sms": "Phone number, such as +49 and the rest",
  "test.accepted": "Accepted for {address}.",
  "test.refused": "Not accepted for {address}.",
};
