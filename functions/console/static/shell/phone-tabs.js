// The four tabs at the bottom of a phone. A page with a sheet at the bottom hides them: one thing at the bottom, never both.

import { html, signal, useEffect, useRef } from "../ui.js";
import { t } from "../i18n.js";
import { count } from "../format.js";
import { here } from "../router.js";
import { mayBeUseful } from "../session.js";
import { areas, isAt, phoneTabs } from "../navigation.js";
import { pending } from "./pending.js";
import { Icon } from "../components/icon.js";

const hidden = signal(0);

/** Hides the tabs while a component is shown. @param {boolean} on */
export function useNoTabs(on) {
  useEffect(() => {
    if (!on) return undefined;
    hidden.value += 1;
    return () => {
      hidden.value -= 1;
    };
  }, [on]);
}

/** On a phone, the places of the present tab: a row on top of each of them, not on the pages below. */
export function AreaRow() {
  const path = here.value.path;
  const places = areas.find((area) => area.tab !== "more" && area.places.some(({ href }) => href === path))?.places.filter((place) => mayBeUseful(place.action)) ?? [];
  const row = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => row.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" }), [path]);
  if (places.length < 2) return null;
  return html`<nav class="area-row" ref=${row} aria-label=${t("nav.area")}>${places.map((place) => html`<a key=${place.href} href=${place.href} class=${place.href === path ? "chip chip-on" : "chip"} aria-current=${place.href === path ? "page" : undefined}>${t(place.text)}</a>`)}</nav>`;
}

export function PhoneTabs() {
  if (hidden.value > 0) return null;
  const path = here.value.path;
  const present = areas.find((area) => area.places.some((place) => isAt(place, path)))?.tab ?? "more";
  return html`
    <nav class="phone-tabs" aria-label=${t("nav.main")}>
      ${phoneTabs.map((tab) => {
        const first = areas.find((area) => area.tab === tab.name)?.places.find((place) => mayBeUseful(place.action));
        const href = tab.name === "more" ? "/more" : first?.href;
        const on = tab.name === present;
        return href && html`<a key=${tab.name} href=${href} class=${on ? "phone-tab phone-tab-on" : "phone-tab"} aria-current=${on ? "page" : undefined}>
          <${Icon} name=${tab.icon} />${tab.name === "approvals" && pending.value > 0 && html`<span class="phone-count">${count(pending.value)}</span>`}<span>${t(tab.text)}</span></a>`;
      })}
    </nav>`;
}
