// The Approval Center's list: pending requests, refreshed while it is visible.

import { api } from "../api.js";
import { el } from "../dom.js";
import { ago, capital, moment, plain, sentence } from "../text.js";

const EVERY = 10_000;
const STATUSES = ["pending", "approved", "denied", "ignored", "expired", "cancelled", "revoked"];

export async function requests(app, who) {
  const list = el("ul", { id: "requests", class: "requests" });
  const state = el("p", { id: "requests-state", class: "quiet-text", "aria-live": "polite" }, "Loading …");
  const more = el("button", { type: "button", id: "more", hidden: true, onclick: () => load(true) }, "Show more");
  const status = el("select", { id: "status-filter", name: "status", onchange: () => load(false) },
    STATUSES.map((one) => el("option", { value: one }, capital(one))));
  let shown = [];
  let cursor = null;
  let version = 0;

  // Only the answer to the newest question is shown.
  async function load(further, unasked = false) {
    const mine = ++version;
    try {
      const page = await nextPage(status.value, further ? cursor : null);
      if (mine !== version || app.signal.aborted) return;
      app.clear(true);
      cursor = page.next_cursor ?? null;
      shown = further ? [...shown, ...page.items] : page.items;
      draw();
    } catch (problem) {
      if (mine !== version) return;
      if (problem.status === 401) return app.reload();
      // A refresh that the user did not ask for must not move the focus.
      if (unasked) {
        state.textContent = sentence(`not up to date: ${problem.message}`);
        return;
      }
      state.textContent = "";
      app.fail(problem, { [who.administrator.organization.id]: who.administrator.organization.name });
    }
  }

  function draw() {
    const focused = document.activeElement?.closest("[data-request-id]")?.dataset.requestId;
    list.replaceChildren(...shown.map(row));
    if (focused) list.querySelector(`[data-request-id="${CSS.escape(focused)}"] a`)?.focus();
    more.hidden = cursor === null;
    const count = `${shown.length}${cursor === null ? "" : "+"}`;
    const pending = status.value === "pending";
    state.textContent = shown.length ? `${count} ${pending ? "waiting for a decision" : status.value}`
      : pending ? "Nothing waits for a decision." : `Nothing is ${status.value}.`;
    document.title = pending && shown.length ? `(${count}) Requests – Countersign` : "Requests – Countersign";
  }

  app.show("Requests",
    el("div", { class: "heading" },
      el("h1", {}, "Requests"),
      el("div", { class: "filter" }, el("label", { for: "status-filter" }, "Show"), status)),
    state, list, more);
  await load(false);
  // When further pages are open, polling would close them again.
  app.every(EVERY, () => (shown.length > 50 ? null : load(false, true)));
}

// A page may be empty although its cursor is set: continue with the next one, a few times.
async function nextPage(status, from) {
  let cursor = from;
  for (let tries = 0; ; tries += 1) {
    const page = await api.requests({ status, limit: 50, ...(cursor ? { cursor } : {}) });
    if (page.items.length || !page.next_cursor || tries === 5) return page;
    cursor = page.next_cursor;
  }
}

// A row that may not be opened is not a link: opening it would only be refused.
function row(request) {
  const facts = [
    el("span", { class: "row-name" }, el("bdi", {}, plain(request.subject.name))),
    el("span", { class: "row-facts" },
      el("bdi", {}, plain(request.requester.username)),
      request.other_requesters > 0 && ` and ${request.other_requesters} more`, " on ", el("bdi", {}, plain(request.computer.hostname)),
      " · ", el("bdi", {}, plain(request.organization.name))),
    el("span", { class: "row-side" },
      request.computer.unconfirmed && el("span", { class: "badge pending" }, "Unconfirmed computer"),
      request.kind !== "application" && el("span", { class: "badge" }, capital(request.kind)),
      request.status !== "pending" && el("span", { class: `badge ${request.status}` }, capital(request.status)),
      request.count > 1 && el("span", { class: "badge" }, `asked ${request.count} times`),
      !request.can_open && el("span", { class: "badge" }, "View only"),
      el("time", { datetime: request.created_at, title: moment(request.created_at) }, ago(request.created_at))),
  ];
  return el("li", { "data-request-id": request.id },
    request.can_open ? el("a", { href: `/requests/${request.id}` }, facts) : el("div", { class: "row" }, facts));
}
