// When the computer that asked was told of the decision.

import { html, useEffect, useRef } from "../ui.js";
import { locale, rich, t } from "../i18n.js";
import { computerName, exactly } from "../format.js";
import { useRepeated } from "../resource.js";

/** @typedef {import("./model.js").Request} Request */

// A computer that waits asks within a second: the first look is early, and the pauses double.
const FIRST = 1000;
const LONGEST = 300_000;

/**
 * Opens the request again until the computer has asked. Opening is on record once an hour, so this ends after some minutes, and begins
 * again when the reader comes back to the page.
 * @param {boolean} on @param {() => Promise<unknown>} look
 */
function useLooks(on, look) {
  const next = useRef({ at: 0, pause: FIRST });
  useRepeated(async () => {
    const { at, pause } = next.current;
    if (!on || pause > LONGEST || Date.now() < at) return;
    next.current = { at: Date.now() + pause, pause: 2 * pause };
    await look();
  }, FIRST);
  useEffect(() => {
    const begin = () => { next.current = { at: 0, pause: FIRST }; };
    document.addEventListener("visibilitychange", begin);
    return () => document.removeEventListener("visibilitychange", begin);
  }, []);
}

const UNITS = /** @type {const} */ ([["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]]);

/** "0.4 seconds", "3 minutes". @param {number} seconds */
function lasting(seconds) {
  const [unit, length] = UNITS.find(([, least]) => seconds >= least) ?? UNITS[3];
  const n = seconds < 10 ? seconds : Math.floor(seconds / length);
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 }).format(n);
}

/**
 * How long after the decision the computer had it. The clocks of two servers may differ by more than that took.
 * @param {{ request: Request, reload: () => Promise<unknown> }} props
 */
export function Heard({ request, reload }) {
  const { decision, heard } = request;
  const gone = request.ended || request.reach?.because;
  const waits = !!heard && !heard.at && !gone;
  useLooks(waits, reload);
  if (waits) return html`<span>${t("heard.notYet")}</span>`;
  if (!decision || !heard?.at) return null;
  const since = Date.parse(decision.revoked?.at ?? decision.at);
  const seconds = Math.max(0.1, (Date.parse(heard.at) - since) / 1000);
  const after = html`<time datetime=${heard.at} title=${exactly(heard.at)}>${lasting(seconds)}</time>`;
  return html`<span>${rich(decision.revoked ? "heard.revoked" : "heard.had", { computer: computerName(request.computer), after })}</span>`;
}
