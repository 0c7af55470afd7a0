// Whether what is shown is the present state: "Live", "Updated 40 s ago", "No connection since 14:02".

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { lostSince } from "../api.js";
import { hour } from "../format.js";
import { now } from "../resource.js";

const FRESH = 25_000;

/** @param {{ readAt: number }} props */
export function LiveDot({ readAt }) {
  const lost = lostSince.value;
  if (lost !== null) return html`<span class="live"><span class="dot dot-bad"></span>${t("live.lost", { clock: hour(lost) })}</span>`;
  const old = Math.max(0, now.value - readAt);
  if (readAt === 0 || old < FRESH) return html`<span class="live"><span class="dot"></span>${t("live.now")}</span>`;
  return html`<span class="live"><span class="dot dot-warn"></span>${t("live.old", { n: Math.round(old / 1000) })}</span>`;
}
