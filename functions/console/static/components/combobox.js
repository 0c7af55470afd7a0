// A choice from a long list: a field into which a part of the name is typed, and below it what fits. The focus stays in the field, where the
// arrows lead through the list, Enter chooses and Escape leaves all as it was.

import { html, useId, useLayoutEffect, useRef, useSignal } from "../ui.js";
import { t } from "../i18n.js";
import { Icon } from "./icon.js";

/** @typedef {{ value: string, label: string }} Choice */

/** How many are listed at once. */
const SHOWN = 50;
/** How near to the edge of the window the list may come, and the room below the field that is enough for it. */
const EDGE = 8;
const ROOM = 240;

/** @param {{ label: any, value: string, onChange: (value: string) => void, options: Choice[], hideLabel?: boolean, bare?: boolean }} props `bare`: without a frame, for toolbars */
export function Combobox({ label, value, onChange, options, hideLabel, bare }) {
  const id = useId();
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  /** Null until something is typed. */
  const typed = useSignal(/** @type {string | null} */ (null));
  const open = useSignal(false);
  const at = useSignal(-1);
  const chosen = options.find((one) => one.value === value);
  const { found, more } = open.value ? fitting(options, typed.value ?? "", chosen) : { found: [], more: 0 };
  const active = found[at.value];
  const box = useList(field, open.value, active && `${id}-${at.value}`);
  const show = () => {
    if (open.value) return;
    typed.value = null;
    at.value = chosen ? fitting(options, "", chosen).found.indexOf(chosen) : -1;
    open.value = true;
    field.current?.select();
  };
  const close = () => { open.value = false; };
  const choose = (/** @type {Choice} */ one) => {
    close();
    onChange(one.value);
  };
  const input = (/** @type {any} */ { target }) => {
    typed.value = target.value;
    at.value = target.value.trim() ? 0 : -1;
    open.value = true;
  };
  const keys = (/** @type {KeyboardEvent} */ event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && !open.value) show();
    else if (by) at.value = (Math.max(at.value, by < 0 ? 0 : -1) + by + found.length) % Math.max(found.length, 1);
    else if (!open.value || event.ctrlKey || !["Enter", "Escape"].includes(event.key)) return;
    else if (event.key === "Escape") close();
    else if (active) choose(active);
    event.preventDefault();
  };
  // The focus stays in the field.
  const stay = (/** @type {Event} */ event) => event.preventDefault();
  return html`
    <div class=${bare ? "select-bare" : "field"}>
      <label for=${id} class=${hideLabel ? "only-read" : undefined}>${label}</label>
      <span class="select-box"><input ref=${field} id=${id} class="select" role="combobox" aria-autocomplete="list" aria-expanded=${String(open.value)} aria-controls=${`${id}-list`}
        aria-activedescendant=${active ? `${id}-${at.value}` : undefined} autocomplete="off" spellcheck=${false} maxlength="254"
        value=${(open.value ? typed.value : null) ?? chosen?.label ?? ""} onInput=${input} onKeyDown=${keys} onClick=${show} onBlur=${close} /><${Icon} name="down" small /></span>
      <div ref=${box} class="offers" popover="manual" onMouseDown=${stay}>
        <ul id=${`${id}-list`} class="offers-list" role="listbox" aria-label=${label}>${found.map((one, nth) => html`
          <li key=${one.value} id=${`${id}-${nth}`} class=${one === active ? "offer offer-at" : "offer"} role="option" aria-selected=${String(one.value === value)} onClick=${() => choose(one)}><bdi>${one.label}</bdi></li>`)}</ul>
        <p class="offers-more" role="status">${open.value && (found.length ? more > 0 && t("select.more", { n: more }) : t("select.none"))}</p>
      </div>
    </div>`;
}

/** Without case and accents. @param {string} text */
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/** What fits, that which begins so first; of all, what is chosen first if it would not be shown. @param {Choice[]} options @param {string} typed @param {Choice | undefined} chosen */
function fitting(options, typed, chosen) {
  const wanted = plain(typed.trim());
  const places = new Map(wanted ? options.map((one) => [one, plain(one.label).indexOf(wanted)]) : []);
  const within = (/** @type {Choice} */ one) => places.get(one) ?? 0;
  const all = options.filter((one) => within(one) >= 0);
  if (wanted) all.sort((one, other) => Math.sign(within(one)) - Math.sign(within(other)));
  else if (chosen && all.indexOf(chosen) >= SHOWN) all.unshift(...all.splice(all.indexOf(chosen), 1));
  return { found: all.slice(0, SHOWN), more: Math.max(0, all.length - SHOWN) };
}

/** The list stays at its field while the page moves, and shows its active option. @param {{ current: HTMLInputElement | null }} field @param {boolean} open @param {string | undefined} active */
function useList(field, open, active) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    const list = box.current;
    if (!open || !list) return undefined;
    const place = () => field.current && placeAt(field.current, list);
    list.showPopover();
    place();
    addEventListener("scroll", place, true);
    addEventListener("resize", place);
    return () => {
      removeEventListener("scroll", place, true);
      removeEventListener("resize", place);
      list.hidePopover();
    };
  }, [open]);
  useLayoutEffect(() => {
    if (active) document.getElementById(active)?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return box;
}

/** Below the field, or above it where there is more room. @param {HTMLElement} field @param {HTMLElement} list */
function placeAt(field, list) {
  const { left, top, bottom, width } = field.getBoundingClientRect();
  // The keyboard of a phone covers a part of the window.
  const [above, below] = [top - EDGE, (visualViewport?.height ?? innerHeight) - bottom - EDGE];
  const isBelow = below >= Math.min(ROOM, above);
  const set = (/** @type {string} */ name, /** @type {number | null} */ pixels) => list.style.setProperty(`--offers-${name}`, pixels === null ? "auto" : `${pixels}px`);
  set("top", isBelow ? bottom : null);
  set("bottom", isBelow ? null : innerHeight - top);
  set("room", isBelow ? below : above);
  set("width", width);
  set("left", Math.max(EDGE, Math.min(left, document.documentElement.clientWidth - EDGE - list.offsetWidth)));
}
