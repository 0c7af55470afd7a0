// The title of a page. Whoever comes from another page begins to read here: it takes the focus once, also where a page that is
// still loading is replaced by the loaded one.

import { html, useLayoutEffect, useRef } from "../ui.js";
import { arrival } from "../router.js";

/** @param {{ children: any }} props */
export function Title({ children }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    const element = heading.current;
    if (arrival.pending) element?.focus({ preventScroll: true });
    arrival.pending = false;
    return () => {
      if (document.activeElement === element) arrival.pending = true;
    };
  }, []);
  return html`<h1 ref=${heading} tabindex="-1">${children}</h1>`;
}
