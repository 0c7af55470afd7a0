// Starts the console: who is signed in, and the page for the address.

import { html, render, useEffect, useSignal } from "./ui.js";
import { loadTexts, t } from "./i18n.js";
import { Problem } from "./api.js";
import { startKeyboard } from "./keyboard.js";
import { here, matched, startRouter } from "./router.js";
import { loadSession, sessionProblem, who } from "./session.js";
import { Button } from "./components/button.js";
import { Skeleton } from "./components/loaded.js";
import { ProblemNote } from "./components/problem.js";
import { OpenShell, Shell } from "./shell/shell.js";

/** @param {string} href */
function loadStyles(href) {
  if (document.querySelector(`link[href="${CSS.escape(href)}"]`)) return Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  return new Promise((done) => {
    link.onload = link.onerror = () => done(undefined);
    document.head.append(link);
  });
}

/** What all pages but the first ones need. */
const REST = import.meta.resolve("./styles/rest.css");

/** Which modules each page needs, by its address: the component writes it into the page. @type {Record<string, string[]>} */
const modules = JSON.parse(document.getElementById("modules")?.textContent || "{}");

/** Fetches all modules of a page at once, instead of each when the one that imports it is there. @param {string} path */
function preload(path) {
  for (const name of modules[path] ?? []) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = new URL(name, import.meta.url).href;
    document.head.append(link);
  }
  delete modules[path];
}

/** The page of a route with its texts and styles. @param {import("./router.js").Route} route */
async function load(route) {
  preload(route.path);
  const [module] = await Promise.all([route.load(), ...route.texts.map(loadTexts)]);
  const rest = loadStyles(REST);
  await Promise.all([...[module.styles ?? []].flat().map(loadStyles), !route.first && rest]);
  return module.default;
}

/** @param {{ route: import("./router.js").Route, params: Record<string, string> }} props */
function Page({ route, params }) {
  const page = useSignal(/** @type {{ of: unknown, show: any } | null} */ (null));
  const problem = useSignal(/** @type {unknown} */ (null));
  useEffect(() => {
    let left = false;
    problem.value = null;
    load(route).then(
      (show) => { if (!left) page.value = { of: route, show }; },
      (caught) => { if (!left) problem.value = caught; },
    );
    return () => { left = true; };
  }, [route]);
  if (problem.value) return html`<div class="padded"><${ProblemNote} problem=${problem.value} action=${html`<${Button} size="small" onClick=${() => location.reload()}>${t("problem.reload")}<//>`} /></div>`;
  const shown = page.value;
  if (!shown || shown.of !== route) return html`<div class="padded"><${Skeleton} rows=${5} /></div>`;
  return html`<${shown.show} key=${here.value.path} params=${params} />`;
}

function App() {
  const { route, params } = matched.value;
  if (sessionProblem.value && !route.open) return html`<${OpenShell}><${NoAnswer} /><//>`;
  if (who.value === undefined && !route.open) return html`<${OpenShell}><${Skeleton} rows=${3} /><//>`;
  if (route.open && (!who.value || route.path !== "/*")) return html`<${OpenShell}><${Page} route=${route} params=${params} /><//>`;
  if (!who.value) return html`<${OpenShell}><${Page} route=${SIGN_IN} params=${params} /><//>`;
  return html`<${Shell}><${Page} route=${route} params=${params} /><//>`;
}

/** @type {import("./router.js").Route} Takes the place of any page that needs a session. */
const SIGN_IN = { path: "", texts: ["sign-in"], first: true, load: () => import("./pages/sign-in/page.js") };
/** @type {import("./router.js").Route} Takes the place of all pages until the codes are set up that the login settings require. */
const CODES = { path: "", texts: ["sign-in"], load: () => import("./pages/one-time-codes/page.js") };

function NoAnswer() {
  const problem = sessionProblem.value;
  if (problem instanceof Problem && problem.code === "totp-required") return html`<${Page} route=${CODES} params=${{}} />`;
  return html`<div class="narrow"><${ProblemNote} problem=${problem} action=${html`<${Button} size="small" onClick=${loadSession}>${t("problem.again")}<//>`} /></div>`;
}

async function start() {
  startRouter();
  startKeyboard();
  // The page that is wanted is fetched while the server says who is signed in. What goes wrong shows when it is needed.
  load(matched.peek().route).catch(() => undefined);
  await Promise.all([loadTexts("common"), loadSession()]);
  const root = document.getElementById("app");
  if (root) render(html`<${App} />`, root);
  // What it is for comes later than the page.
  import("./worker.js").then(({ startWorker }) => startWorker(), (problem) => console.warn(problem));
}

start();
