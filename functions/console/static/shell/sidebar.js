// The sidebar of the desktop: places by area, and at its foot the reader.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { count } from "../format.js";
import { here, navigate } from "../router.js";
import { mayBeUseful, signOut, who } from "../session.js";
import { exactTimes, isDark, setExactTimes, setTheme } from "../settings.js";
import { areas, isAt } from "../navigation.js";
import { findOpen } from "./find-open.js";
import { pending } from "./pending.js";
import { Icon } from "../components/icon.js";
import { Menu } from "../components/menu.js";
import { Avatar } from "../components/person.js";
import { Text } from "../components/text.js";
import { BrandMark } from "./brand.js";

export function Sidebar() {
  const me = who.value?.administrator;
  return html`
    <header class="sidebar">
      <a class="brand" href="/requests"><${BrandMark} /> <span id="brand-name"><${Text} text=${who.value?.brand.display_name || "Countersign"} cut /></span></a>
      <button type="button" class="find" onClick=${() => { findOpen.value = true; }}><${Icon} name="search" small /><span>${t("nav.find")}</span><kbd aria-hidden="true">/</kbd></button>
      <nav class="nav" aria-label=${t("nav.main")}>
        ${areas.map((area) => html`<${Area} key=${area.title ?? area.tab} area=${area} />`)}
      </nav>
      ${me && html`
        <div class="me">
          <a class="me-who" href="/me"><${Avatar} name=${me.name || me.email} /><span class="me-words"><b id="who-name"><${Text} text=${me.name || me.email} cut /></b><span class="quiet"><${Text} text=${me.organization.name} cut /></span></span></a>
          <${Menu} label=${t("me.menu")} items=${[
            { label: t("me.settings"), icon: "settings", onClick: () => navigate("/me") },
            mayBeUseful("computer-groups.create") && { label: t("me.firstSteps"), icon: "rules", onClick: () => navigate("/first-steps") },
            { label: t(exactTimes.value ? "me.timesAgo" : "me.timesExact"), icon: "clock", onClick: () => setExactTimes(!exactTimes.value) },
            { label: t(isDark() ? "me.toLight" : "me.toDark"), icon: "theme", onClick: () => setTheme(isDark() ? "light" : "dark") },
            { label: t("me.signOut"), icon: "forward", onClick: leave },
          ]} />
        </div>`}
    </header>`;
}

export async function leave() {
  await signOut();
  if (who.value === null) navigate("/");
}

/** @param {{ area: import("../navigation.js").Area }} props */
function Area({ area }) {
  const places = area.places.filter((place) => mayBeUseful(place.action));
  if (!places.length) return null;
  return html`
    ${area.title && html`<h2 class="nav-title">${t(area.title)}</h2>`}
    <ul>${places.map((place) => {
      const at = isAt(place, here.value.path);
      return html`<li key=${place.href}><a href=${place.href} class=${at ? "nav-link nav-on" : "nav-link"} aria-current=${at ? "page" : undefined}><${Icon} name=${place.icon} />${t(place.text)}${place.href === "/requests" && pending.value > 0 && html`<span class="count">${count(pending.value)}</span>`}</a></li>`;
    })}</ul>`;
}
