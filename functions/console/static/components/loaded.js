// What is shown while something is read, and when that fails. Never a spinner over a page.

import { html, useEffect, useSignal } from "../ui.js";
import { t } from "../i18n.js";
import { Button } from "./button.js";
import { ProblemNote } from "./problem.js";

const AFTER = 300;

/** Grey bars, but only if it takes longer than a moment. @param {{ rows?: number }} props */
export function Skeleton({ rows = 3 }) {
  const late = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      late.value = true;
    }, AFTER);
    return () => clearTimeout(timer);
  }, []);
  if (!late.value) return html`<div class="skeleton" aria-busy="true"></div>`;
  return html`<div class="skeleton" role="status" aria-label=${t("loading")}>${Array.from({ length: rows }, () => html`<span class="bar"></span>`)}</div>`;
}

/**
 * @template T
 * @param {{ resource: import("../resource.js").Resource<T>, rows?: number, names?: Record<string, string>, children: (data: T) => any }} props
 */
export function Loaded({ resource, rows, names, children }) {
  if (resource.data !== null) return children(resource.data);
  if (!resource.problem) return html`<${Skeleton} rows=${rows} />`;
  const again = html`<${Button} size="small" onClick=${resource.reload}>${t("problem.again")}<//>`;
  return html`<div class="padded"><${ProblemNote} problem=${resource.problem} names=${names} action=${again} /></div>`;
}
