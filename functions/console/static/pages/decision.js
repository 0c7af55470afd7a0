// The decision: outcome, scope, expiry and message. The server says what is not allowed; it is shown with the server's
// reason.

import { api } from "../api.js";
import { el, field } from "../dom.js";
import { capital, missing, plain } from "../text.js";

const OUTCOMES = { approve: "approved", deny: "denied", ignore: "ignored" };
const HOURS = { "1 hour": 1, "8 hours": 8, "1 day": 24, "7 days": 168, "30 days": 720 };

export function decisionForm(app, request) {
  if (request.status !== "pending") return null;
  const organizations = { [request.organization.id]: request.organization.name };
  const scopes = scopeChoice(request, organizations, update);
  const expiry = expiryChoice();
  const message = el("textarea", { id: "message", name: "message", rows: 2, maxlength: 2000 });
  const note = el("textarea", { id: "note", name: "note", rows: 2, maxlength: 2000 });
  const others = othersToo(request);
  const buttons = Object.keys(OUTCOMES).map((action) =>
    el("button", { type: "button", id: action, class: action, onclick: () => decide(action) }, capital(action)));
  const reasons = el("div", { id: "not-allowed", class: "hint" });
  const announce = el("p", { class: "hint", id: "reach", "aria-live": "polite" });

  function update() {
    const lacking = buttons.map((button) => [button, answerOf(request, button.id, scopes.value())]);
    for (const [button, answer] of lacking) button.disabled = !answer.allowed;
    reasons.replaceChildren(...lacking.filter(([, answer]) => !answer.allowed).map(([button, answer]) =>
      el("p", { id: `${button.id}-reason` }, `${capital(button.id)}: ${why(answer, organizations)}`)));
    for (const [button, answer] of lacking) {
      if (answer.allowed) button.removeAttribute("aria-describedby");
      else button.setAttribute("aria-describedby", `${button.id}-reason`);
    }
    others.update(scopes.value());
    announce.textContent = reach(request, scopes.value());
  }

  async function decide(action) {
    app.clear();
    for (const button of buttons) button.disabled = true;
    try {
      const decision = { outcome: OUTCOMES[action], scope: scopes.value() };
      if (message.value.trim()) decision.message = message.value.trim();
      if (note.value.trim()) decision.note = note.value.trim();
      if (action === "approve") Object.assign(decision, expiry.value());
      if (action === "deny") Object.assign(decision, others.value());
      await api.decide(request.id, decision);
      await app.reload();
      app.notice(`the request is ${decision.outcome}`);
    } catch (problem) {
      // Somebody else decided first, or the session has ended: show the current state.
      if (problem.status === 409 || problem.status === 401) await app.reload();
      else update();
      app.failNow(problem, organizations);
    }
  }

  update();
  const words = [
    expiry.element,
    field("Message to the requester", message, request.requesters.some((user) => user.email && !user.withdrawn_at) ? "Sent by email, and shown at the computer." : "Shown at the computer."),
    field("Internal note", note, "Only administrators see it."),
    others.element,
  ];
  return el("section", { id: "decide", class: "card", "aria-labelledby": "decide-title" },
    el("h2", { id: "decide-title" }, "Decide"),
    scopes.element, announce,
    scopes.any && words,
    el("div", { class: "buttons" }, buttons), reasons);
}

export function revocationForm(app, request) {
  // A request that was settled along with another one is revoked through that other one: the server then offers no such
  // action.
  const answer = request.actions.find((one) => one.action === "revoke");
  if (!answer) return null;
  const organizations = { [request.organization.id]: request.organization.name };
  const message = el("textarea", { id: "revocation-message", name: "message", rows: 2, maxlength: 2000 });
  const revoke = async () => {
    app.clear();
    try {
      await api.revoke(request.id, message.value.trim() ? { message: message.value.trim() } : {});
      await app.reload();
      app.notice("the approval was revoked");
    } catch (problem) {
      app.failNow(problem, organizations);
    }
  };
  return el("section", { id: "revocation", class: "card", "aria-labelledby": "revocation-title" },
    el("h2", { id: "revocation-title" }, "Take it back"),
    field("Message to the requester", message),
    el("div", { class: "buttons" },
      el("button", { type: "button", id: "revoke", class: "deny", disabled: !answer.allowed, onclick: revoke }, "Revoke the approval")),
    !answer.allowed && el("p", { id: "revoke-reason", class: "hint" }, why(answer, organizations)));
}

// The server's answer for an action at a scope; an action that it does not mention is not allowed.
function answerOf(request, action, scope) {
  const found = (request.actions || []).find((one) => one.action === action && (one.scope ?? scope) === scope);
  return found || { allowed: false, missing: [] };
}

function why(answer, organizations) {
  if (answer.obstacle) return `${answer.obstacle}.`;
  const sets = missing(answer.missing || [], organizations);
  return sets.length ? `you would need ${sets.join(", or ")}.` : "not allowed.";
}

function scopeChoice(request, organizations, changed) {
  const labels = {
    computer: ["This computer", request.computer.hostname],
    group: ["Its group", request.group.name],
    organization: ["The organization", request.organization.name],
  };
  const inputs = Object.keys(labels).map((scope) => {
    const possible = Object.keys(OUTCOMES).some((action) => answerOf(request, action, scope).allowed);
    return el("input", { type: "radio", name: "scope", id: `scope-${scope}`, value: scope, disabled: !possible, onchange: changed });
  });
  const first = inputs.find((input) => !input.disabled) || inputs[0];
  first.checked = true;
  const rows = inputs.map((input) => {
    const [label, name] = labels[input.value];
    const reason = input.disabled && why(answerOf(request, "approve", input.value), organizations);
    if (reason) input.setAttribute("aria-describedby", `${input.id}-reason`);
    return el("div", { class: "choice" }, input,
      el("label", { for: input.id }, label, name && el("span", { class: "quiet-text" }, " ", el("bdi", {}, plain(name)))),
      reason && el("p", { class: "hint", id: `${input.id}-reason` }, capital(reason)));
  });
  return {
    element: el("fieldset", { id: "scope" }, el("legend", {}, "For"), rows),
    any: inputs.some((input) => !input.disabled),
    value: () => inputs.find((input) => input.checked).value,
  };
}

function reach(request, scope) {
  const others = request.matching.count;
  if (scope === "computer" || others === 0) return "";
  return `An approval also settles what other computers of the ${scope} wait for, when it is the same.`;
}

function expiryChoice() {
  const custom = el("input", { id: "expiry-custom", name: "expires_at", type: "datetime-local", hidden: true, "aria-label": "Until, date and time" });
  const choice = el("select", { id: "expiry", name: "expiry", onchange: () => { custom.hidden = choice.value !== "custom"; } },
    el("option", { value: "" }, "Until it is revoked"),
    Object.entries(HOURS).map(([label, hours]) => el("option", { value: hours }, `For ${label}`)),
    el("option", { value: "custom" }, "Until …"));
  const until = () => {
    if (choice.value === "custom") return custom.value ? new Date(custom.value) : null;
    return choice.value ? new Date(Date.now() + Number(choice.value) * 3_600_000) : null;
  };
  return {
    element: el("div", { class: "field" }, el("label", { for: "expiry" }, "An approval counts"), choice, custom),
    value: () => (until() ? { expires_at: until().toISOString() } : {}),
  };
}

// A denial settles the matching requests of others only when asked to.
function othersToo(request) {
  const others = request.matching.count;
  const box = el("input", { type: "checkbox", id: "include-matching", name: "include_matching" });
  const element = el("div", { class: "choice" }, box, el("label", { for: "include-matching" }, "A denial also applies to the other pending requests for the same subject"));
  return {
    element,
    update: (scope) => { element.hidden = others === 0 || scope === "computer"; },
    value: () => (!element.hidden && box.checked ? { include_matching: true } : {}),
  };
}
