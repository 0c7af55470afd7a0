// `/requests/{id}`, the direct link in every message: the request, and the decision. Opening it decides nothing.

import { api } from "../api.js";
import { el } from "../dom.js";
import { ago, capital, moment, plain, size } from "../text.js";
import { decisionForm, revocationForm } from "./decision.js";
import { signIn } from "./sign-in.js";

const EVERY = 10_000;

export async function show(app, id) {
  const who = await app.session();
  if (!who) return app.show("Sign in", signIn(app, "A request for permission", "Sign in to see the request and decide it."));
  let request;
  try {
    request = await api.request(id);
  } catch (problem) {
    app.show("Request", el("p", {}, el("a", { href: "/" }, "‹ All requests")));
    return app.fail(problem, { [who.administrator.organization.id]: who.administrator.organization.name });
  }
  draw(app, request);
  // Somebody else may decide meanwhile. Input in progress is kept until somebody has.
  app.every(EVERY, async () => {
    const now = await api.request(id).catch(() => null);
    if (!now || app.signal.aborted || now.status === request.status) return;
    if (request.status === "pending") app.notice(`the request has been ${now.status} meanwhile`);
    request = now;
    draw(app, request);
  });
}

function draw(app, request) {
  const name = plain(request.subject.name);
  app.show(name,
    el("p", { class: "crumbs" }, el("a", { href: "/" }, "‹ All requests")),
    el("div", { class: "heading" },
      el("h1", { id: "request-title" }, el("bdi", {}, name)),
      el("span", { id: "request-status", class: `badge ${request.status}` }, capital(request.status))),
    el("div", { class: "columns" },
      el("section", { class: "card", "aria-label": "What is asked" }, asked(request)),
      el("div", { class: "aside" }, decided(request), decisionForm(app, request), revocationForm(app, request))));
}

const UNCONFIRMED = ", unconfirmed: another computer has this name. A decision is for this one alone.";

// What is gone, so that a request or its approval ended.
const GONE = {
  computer_removed: "the computer was removed",
  group_deleted: "the computer group was deleted",
  organization_deleted: "the organization was deleted",
};

// With several users, each reason has the name of its user.
function reasons(requesters) {
  const given = requesters.filter((user) => user.reason);
  return given.map((user, nth) => el("blockquote", { id: nth ? `reason-${nth}` : "reason" },
    requesters.length > 1 && [el("bdi", {}, plain(user.username)), ": "], plain(user.reason)));
}

function user({ username, email, withdrawn_at: withdrawn }, nth) {
  const more = [email && ` (${plain(email)})`, withdrawn && `, withdrawn ${moment(withdrawn)}`];
  return fact(nth ? `user-${nth}` : "user", nth ? "Also asked" : "User", username, more);
}

function asked(request) {
  const subject = request.subject;
  return [
    ...reasons(request.requesters),
    others(request.matching),
    el("dl", { id: "facts" },
      fact("company", "Company", request.organization.name),
      fact("computer", "Computer", request.computer.hostname, request.computer.unconfirmed && UNCONFIRMED),
      fact("group", "Group", request.group.name),
      ...request.requesters.map(user),
      request.more_requesters > 0 && fact("more-users", "Also asked", `${request.more_requesters} times by others, whose names are not kept`),
      fact("path", "Path", subject.path, null, "code"),
      fact("sha256", "SHA-256", subject.sha256, null, "code whole"),
      subject.sha256 && fact("certificate", "Certificate", subject.certificate ?? "not signed, or unknown"),
      fact("size", "Size", size(subject.size)),
      fact("calling-process", "Started by", subject.calling_process, null, "code"),
      fact("device", "Device", subject.device?.id, subject.device?.name && ` (${plain(subject.device.name)})`),
      fact("access", "Access", subject.access),
      fact("policy", "Blocked by", request.policy?.name),
      fact("asked", "Asked", request.count > 1 ? `${request.count} times, first ${moment(request.created_at)}` : `${moment(request.created_at)}, ${ago(request.created_at)}`),
      request.status === "pending" && fact("expires", "Waits until", moment(request.expires_at)),
      request.ended && fact("ended", "Ended", `${moment(request.ended.at)}, because ${GONE[request.ended.because]}`)),
    attachment(request),
  ];
}

// How many other computers have a pending request for the same subject, as far as the server searched.
function others({ count, complete }) {
  if (count === 0) return null;
  const known = complete ? "" : "At least ";
  const words = count === 1 && complete ? "One other computer has a pending request for the same subject."
    : `${known}${count} other ${count === 1 ? "computer has" : "computers have"} a pending request for the same subject.`;
  return el("p", { id: "matching", class: "note" }, words);
}

function fact(id, label, value, more, look) {
  if (value === null || value === undefined || value === "") return null;
  return el("div", {}, el("dt", {}, label), el("dd", { id: `fact-${id}`, class: look }, el("bdi", {}, plain(value)), more));
}

function attachment(request) {
  const state = request.attachment?.state;
  if (state === "verified") {
    return el("div", {},
      el("a", { id: "attachment", class: "button", href: api.attachmentPath(request.id), download: "" }, "Download the file"),
      el("p", { class: "hint" }, "This is the very file that was blocked: handle it with care."));
  }
  const words = { expected: "A copy of the file is on its way.", too_large: "The file is too large to be attached." }[state]
    || "No copy of the file is attached.";
  return el("p", { id: "attachment-state", class: "quiet-text" }, words);
}

function decided(request) {
  const decision = request.decision;
  if (!decision) return null;
  const revoked = decision.revoked;
  return el("section", { id: "decision", class: "card", "aria-label": "The decision" },
    el("h2", {}, `${capital(decision.outcome)} by `, el("bdi", {}, plain(decision.administrator.name))),
    el("dl", {},
      fact("decided-at", "When", moment(decision.at)),
      fact("decided-scope", "For", { computer: "this computer", group: "the group", organization: "the organization" }[decision.scope]),
      fact("decided-until", "Until", decision.expires_at && moment(decision.expires_at)),
      fact("decided-message", "Message", decision.message),
      fact("decided-note", "Note", decision.note),
      fact("decided-along", "Decided with", decision.settled_by),
      revoked && fact("revoked", "Revoked", `by ${revoked.administrator.name}, ${moment(revoked.at)}`),
      revoked && fact("revoked-message", "Message", revoked.message)));
}
