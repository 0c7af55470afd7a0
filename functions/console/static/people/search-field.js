// A search whose text is in the address as `q`.

import { html, useEffect, useRef, useSignal } from "../ui.js";
import { setQuery } from "../router.js";
import { Icon } from "../components/icon.js";

const TYPING = 300;

/** @param {{ q: string, label: string, hint: string }} props */
export function SearchField({ q, label, hint }) {
  const typed = useSignal(q);
  const timer = useRef(0);
  useEffect(() => {
    typed.value = q;
  }, [q]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const input = (/** @type {any} */ event) => {
    typed.value = event.target.value;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setQuery({ q: typed.value.trim() }, { replace: true }), TYPING);
  };
  return html`
    <div class="search" role="search"><${Icon} name="search" small />
      <input class="input" type="search" name="q" aria-label=${label} placeholder=${hint} value=${typed.value} maxlength="254" onInput=${input} />
    </div>`;
}
