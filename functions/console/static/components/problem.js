// What went wrong: the server's sentence, what is missing, one action, and by what the operator finds it.

import { html, useEffect, useRef, useSignal } from "../ui.js";
import { hasText, loadTexts, rich, t } from "../i18n.js";
import { Problem } from "../api.js";
import { aroundMoments, moment } from "../format.js";
import { permissionTitle, who } from "../session.js";
import { Icon } from "./icon.js";
import { Later } from "./later.js";
import { Text, plainly } from "./text.js";

/** The server's sentence as one of ours: with a capital and a full stop. @param {string} text */
export function sentence(text) {
  const words = aroundMoments(plainly(text).trim()).map((piece, nth) => (nth % 2 ? moment(piece) : piece)).join("");
  if (!words) return "";
  const start = words[0].toUpperCase() + words.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}

/** What happened, in words. @param {unknown} problem */
export function words(problem) {
  if (!(problem instanceof Problem)) return t("problem.page");
  if (problem.code === "no-connection") return t("problem.noConnection");
  if (problem.code === "no-answer") return t("problem.noAnswer");
  // "`requests.list` at `org_…` is not permitted": what is missing says it in words.
  if (problem.status === 403 && problem.message.startsWith("`") && problem.missing.some((set) => set.length)) return t("problem.notPermitted");
  return translated(`code.${problem.code}`, problem.message) || t("problem.unknown");
}

/** The server's sentence in the reader's language, if there is one for its code. @param {string} key @param {string} message @param {Record<string, unknown>} [limits] */
function translated(key, message, limits) {
  const detail = sentence(message);
  return hasText(key) ? plain(t(key, { ...limits, detail })) : detail;
}

/** Where all is of ours and in one direction, nothing has to be isolated. @param {string} text */
const plain = (text) => text.replace(/[\u2068\u2069]/g, "");

/** What is wrong at a place of the input. @param {import("../api.js").Schemas["InputError"]} error */
export const faultWords = ({ code, message, least, most }) => translated(`fault.${code}`, message, { least, most });

/** Why nobody can do something now. @param {{ obstacle?: string | null, obstacle_code?: string | null }} of */
export const obstacleWords = ({ obstacle, obstacle_code: code }) => translated(`obstacle.${code}`, obstacle ?? "");

/**
 * The sets of permissions of which one would be enough.
 * @param {{ missing: { permission: string, organization_id?: string | null, below?: boolean }[][], names?: Record<string, string>, action?: string, organization?: string | null }} props
 * `names`: of organizations, by their id; with `action` and `organization` also whom to ask
 */
export function Missing({ missing, names = {}, action, organization }) {
  const sets = missing.filter((set) => set.length);
  if (!sets.length) return null;
  const own = who.value?.administrator.organization;
  const nameOf = (/** @type {string | null | undefined} */ id) => (id && (names[id] ?? (id === own?.id ? own.name : undefined))) || t("missing.organization");
  const one = (/** @type {typeof sets[0][0]} */ { permission, organization_id: id, below }) =>
    rich(below ? "missing.below" : "missing.at", { permission: permissionTitle(permission), organization: nameOf(id) });
  return html`
    <div class="missing"><p>${t(sets.length > 1 ? "missing.oneOf" : "missing.this")}</p>
      <ul>${sets.map((set) => html`<li>${set.map((each, nth) => [nth > 0 && t("missing.and"), one(each)])}</li>`)}</ul>
      ${action && organization && html`<${Later} key=${action} load=${loadWhoCould} action=${action} organization=${organization} names=${names} sets=${sets} />`}
    </div>`;
}

/** @param {{ problem: unknown, names?: Record<string, string>, action?: any, takesFocus?: boolean }} props */
export function ProblemNote({ problem, names, action, takesFocus }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (!(problem instanceof Problem)) console.error(problem);
    if (takesFocus) box.current?.focus();
  }, [problem]);
  const known = problem instanceof Problem ? problem : null;
  const said = words(problem);
  const refused = known && REFUSED.exec(known.message);
  return html`
    <div class="note note-bad" role="alert" tabindex="-1" ref=${box}>
      <${Icon} name="warning" />
      <div class="note-words">
        <p lang=${said === sentence(known?.message ?? "") ? "en" : undefined}>${said}</p>
        ${known && html`<${Missing} missing=${known.missing} names=${names} action=${refused?.[1]} organization=${refused?.[2]} />`}
        ${known && known.errors.length > 0 && html`<ul>${known.errors.map((error) => html`<li lang=${faultWords(error) === sentence(error.message) ? "en" : undefined}><${Text} text=${inputError(error)} /></li>`)}</ul>`}
        ${action}
        ${known?.requestId && html`<${Details} id=${known.requestId} />`}
      </div>
    </div>`;
}

/** "`requests.list` at `org_…` is not permitted". */
const REFUSED = /^`([a-z.-]+)` at `(org_\w+)`/;
const loadWhoCould = async () => (await Promise.all([import("./who-could.js"), loadTexts("who-could")]))[0].WhoCould;
const loadDetails = async () => (await import("./problem-details.js")).ProblemDetails;

/** @param {{ id: string }} props */
function Details({ id }) {
  const opened = useSignal(false);
  return html`
    <details class="disclose" onToggle=${() => { opened.value = true; }}>
      <summary>${t("problem.details")}</summary>${opened.value && html`<${Later} load=${loadDetails} id=${id} />`}
    </details>`;
}

/** "/administrator/email": "not an email address" → "Email: not an email address." @param {import("../api.js").Schemas["InputError"]} error */
function inputError(error) {
  const said = faultWords(error);
  // The place in a list has no name: that of the list stands for it.
  const name = error.pointer.split("/").filter((part) => part && !/^\d+$/.test(part)).at(-1);
  if (!name) return said;
  const key = `input.${name}`;
  const what = `${said[0].toLowerCase()}${said.slice(1)}`;
  return sentence(plain(t("problem.field", { name: hasText(key) ? t(key) : name.replaceAll("_", " "), what })));
}

/** The error at one field of a form. @param {unknown} problem @param {string} pointer */
export function errorAt(problem, pointer) {
  const found = problem instanceof Problem ? problem.errors.find((error) => error.pointer === pointer) : undefined;
  return found && faultWords(found);
}
