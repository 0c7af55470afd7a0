// Starts the console: the page for each address, the session, and the messages that all pages share.

import { api, Problem } from "./api.js";
import { el } from "./dom.js";
import { missing, plain, sentence } from "./text.js";
import * as home from "./pages/home.js";
import * as invitation from "./pages/invitation.js";
import * as notFound from "./pages/not-found.js";
import * as oneTimeCodes from "./pages/one-time-codes.js";
import * as passwordReset from "./pages/password-reset.js";
import * as request from "./pages/request.js";
import * as setup from "./pages/setup.js";

const ROUTES = [
  [/^\/$/, home],
  [/^\/setup$/, setup],
  [/^\/invitation$/, invitation],
  [/^\/password-reset$/, passwordReset],
  [/^\/one-time-codes$/, oneTimeCodes],
  [/^\/requests\/([^/]+)$/, request],
];

const byId = (id) => document.getElementById(id);
let leaving = new AbortController();

// The context of a page: its element, a signal for when it is left, and the messages.
function application(signal) {
  return {
    signal,
    // The token of a link. It stays in the fragment, which browsers never send to a server.
    linkToken: () => location.hash.slice(1),
    navigate,
    reload: () => render(),
    fail: (problem, organizations) => { if (!signal.aborted) showProblem(problem, organizations); },
    // Also if the page was redrawn since: the message is about what the user has just done.
    failNow: showProblem,
    notice: showNotice,
    clear: clearMessages,
    show: (title, ...content) => { if (!signal.aborted) showPage(title, content); },
    session,
    every: (milliseconds, work) => repeat(signal, milliseconds, work),
  };
}

// The signed-in administrator, or null.
async function session() {
  try {
    const who = await api.session();
    byId("who-name").textContent = plain(who.administrator.name || who.administrator.email);
    byId("who").hidden = false;
    showBrand(who.brand);
    return who;
  } catch (problem) {
    byId("who").hidden = true;
    if (problem instanceof Problem && problem.status === 401) return null;
    throw problem;
  }
}

// The console looks as the administrator's organization does in its messages; without a session, as the product does.
function showBrand(brand) {
  byId("brand-name").textContent = brand?.display_name ? plain(brand.display_name) : "Countersign";
  const logo = brand?.has_logo ? "/v1/session/logo" : "/icon.svg";
  if (byId("brand-logo").getAttribute("src") !== logo) byId("brand-logo").src = logo;
  document.documentElement.style.setProperty("--brand", brand?.colour || "transparent");
}

async function render(keepNotice = false) {
  leaving.abort();
  leaving = new AbortController();
  clearMessages(keepNotice);
  const app = application(leaving.signal);
  const [page, argument] = pageOf(location.pathname);
  try {
    await page.show(app, argument);
  } catch (problem) {
    if (problem.code === "totp-required") oneTimeCodes.setUpCodes(app, sentence(problem.message));
    else app.fail(problem);
  }
}

function pageOf(path) {
  for (const [pattern, page] of ROUTES) {
    const match = pattern.exec(path);
    if (match) return [page, match[1]];
  }
  return [notFound, undefined];
}

function navigate(path, notice) {
  history.pushState(null, "", path);
  if (notice) showNotice(notice);
  render(Boolean(notice));
  byId("main").focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

function showPage(title, content) {
  document.title = title === "Countersign" ? title : `${title} – Countersign`;
  byId("page").replaceChildren(...content.flat().filter(Boolean));
}

function showProblem(problem, organizations) {
  const known = problem instanceof Problem;
  if (!known) console.error(problem);
  const sets = known ? missing(problem.missing, organizations) : [];
  const errors = known ? problem.errors : [];
  const box = byId("error");
  box.replaceChildren(
    el("p", {}, known ? sentence(problem.message) : "Something went wrong in this page. Reload it and try again."),
    ...(sets.length ? [el("p", {}, sets.length > 1 ? "One of these would be enough:" : "This is missing:"),
      el("ul", {}, sets.map((set) => el("li", {}, set)))] : []),
    ...(errors.length ? [el("ul", {}, errors.map((one) => el("li", {}, inputError(one))))] : []),
  );
  box.hidden = false;
  box.focus();
}

// "/administrator/email": "not an email address" → "Email: not an email address."
function inputError({ pointer, message }) {
  const name = plain(pointer).split("/").at(-1).replaceAll("_", " ");
  return sentence(name ? `${name}: ${message}` : message);
}

function showNotice(text) {
  byId("notice").textContent = sentence(text);
}

function clearMessages(keepNotice = false) {
  byId("error").hidden = true;
  byId("error").replaceChildren();
  if (!keepNotice) byId("notice").textContent = "";
}

// Runs `work` repeatedly while the page is open and visible; one run at a time.
function repeat(signal, milliseconds, work) {
  let running = false;
  const run = async () => {
    if (running || signal.aborted || document.visibilityState !== "visible") return;
    running = true;
    try {
      await work();
    } finally {
      running = false;
    }
  };
  const timer = setInterval(run, milliseconds);
  document.addEventListener("visibilitychange", run, { signal });
  signal.addEventListener("abort", () => clearInterval(timer));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='/']");
  if (!link || link.hasAttribute("download") || event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  navigate(link.getAttribute("href"));
});
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});
byId("one-time-codes").addEventListener("click", () => navigate("/one-time-codes"));
byId("sign-out").addEventListener("click", async () => {
  try {
    await api.signOut();
    byId("who").hidden = true;
    showBrand(null);
    navigate("/", "you are signed out");
  } catch (problem) {
    showProblem(problem);
  }
});
window.addEventListener("popstate", () => render());
render();
