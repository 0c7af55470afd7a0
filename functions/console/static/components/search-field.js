// A search whose text is in the address as `q`, a moment after typing.

import { html, useEffect, useRef, useSignal } from "../ui.js";
import { query, setQuery } from "../router.js";
import { Icon } from "./icon.js";

const TYPING = 300;

/** @param {{ label: string, hint: string, drops?: string[] }} props `drops`: what of the address another search makes void */
export function SearchField({ label, hint, drops = [] }) {
  const present = query.value.get("q") ?? "";
  const typed = useSignal(present);
  /** What is in the address from here: the field has it, perhaps with a space or letters that came since. */
  const written = useRef(present);
  const timer = useRef(0);
  useEffect(() => {
    if (present !== written.current) typed.value = present;
    written.current = present;
  }, [present]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const input = (/** @type {any} */ event) => {
    typed.value = event.target.value;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      written.current = typed.value.trim();
      setQuery({ ...Object.fromEntries(drops.map((name) => [name, null])), q: written.current }, { replace: true });
    }, TYPING);
  };
  return html`
    <div class="search" role="search"><${Icon} name="search" small />
      <input class="input" type="search" name="q" aria-label=${label} placeholder=${hint} value=${typed.value} maxlength="254" onInput=${input} />
    </div>`;
}
