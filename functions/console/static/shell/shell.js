// The frame around every page: navigation, the state of the connection, dialogs that any page can need.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { announced } from "../announce.js";
import { findOpen } from "./find-open.js";
import { helpOpen } from "./help-open.js";
import { lostSince } from "../api.js";
import { hour } from "../format.js";
import { useKeys } from "../keyboard.js";
import { leave, leavingFor, navigate } from "../router.js";
import { mustSignInAgain } from "../session.js";
import { BrandMark } from "./brand.js";
import { Button } from "../components/button.js";
import { Dialog } from "../components/dialog.js";
import { Later, partOf } from "../components/later.js";
import { Note } from "../components/note.js";
import { Sidebar } from "./sidebar.js";
import { AreaRow, PhoneTabs } from "./phone-tabs.js";

const loadFinder = partOf(() => import("./finder.js"), "Finder", "find");
const loadHelp = partOf(() => import("./shortcuts-help.js"), "ShortcutsHelp", "keys");
const loadSignInAgain = partOf(() => import("./sign-in-again.js"), "SignInAgain", "sign-in");

/** "g", then a letter. */
const GO = Object.fromEntries(Object.entries({ a: "/requests", g: "/grants", c: "/computers", p: "/policies", r: "/reports" })
  .map(([key, address]) => [`g ${key}`, () => navigate(address)]));

/** @param {{ children: any }} props */
export function Shell({ children }) {
  useKeys({ ...GO, "/": () => { findOpen.value = true; }, "?": () => { helpOpen.value = true; } });
  return html`
    <a class="skip" href="#main" onClick=${skip}>${t("shell.skip")}</a>
    <div class="shell">
      <${Sidebar} />
      <main class="main" id="main" tabindex="-1"><${Connection} /><${AreaRow} />${children}</main>
      <${PhoneTabs} />
    </div>
    <${Announcer} />
    ${leavingFor.value !== null && html`<${Leaving} />`}
    ${mustSignInAgain.value && html`<${Later} load=${loadSignInAgain} />`}
    ${findOpen.value && html`<${Later} load=${loadFinder} />`}
    ${helpOpen.value && html`<${Later} load=${loadHelp} />`}`;
}

/** @param {Event} event */
function skip(event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

/** The frame of pages that need no session. @param {{ children: any }} props */
export function OpenShell({ children }) {
  return html`
    <main class="open-shell" id="main" tabindex="-1">
      <a class="brand" href="/"><${BrandMark} /> <span>Countersign</span></a>
      <${Connection} />${children}
    </main>
    <${Announcer} />`;
}

function Connection() {
  const lost = lostSince.value;
  return lost === null ? null : html`<div class="connection"><${Note} kind="warn" icon="offline" role="status" title=${t("connection.lost", { clock: hour(lost) })}>${t("connection.old")}<//></div>`;
}

function Announcer() {
  return html`<p class="only-read" role="status" aria-live="polite">${announced.value}</p>`;
}

function Leaving() {
  const stay = () => {
    leavingFor.value = null;
  };
  return html`
    <${Dialog} title=${t("leaving.title")} onClose=${stay}
      actions=${html`<${Button} onClick=${stay}>${t("leaving.stay")}<//><${Button} kind="danger" onClick=${leave}>${t("leaving.leave")}<//>`}>
      <p>${t("leaving.words")}</p>
    <//>`;
}

