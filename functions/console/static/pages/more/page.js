// `/more`: on a phone, what has no tab of its own.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { areas } from "../../navigation.js";
import { mayBeUseful } from "../../session.js";
import { findOpen } from "../../shell/find-open.js";
import { Icon } from "../../components/icon.js";
import { PageHead } from "../../components/page-head.js";

export default function More() {
  const places = areas.filter((area) => area.tab === "more").flatMap((area) => area.places).filter((place) => mayBeUseful(place.action));
  const steps = mayBeUseful("computer-groups.create") ? [{ href: "/first-steps", icon: "rules", text: "me.firstSteps" }] : [];
  const all = [...places, ...steps, { href: "/me", icon: "person", text: "me.settings" }];
  return html`
    <${PageHead} title=${t("nav.more")} />
    <ul class="plain-list">
      <li><button type="button" class="plain-row" onClick=${() => { findOpen.value = true; }}><${Icon} name="search" /><span>${t("nav.find")}</span><${Icon} name="forward" small /></button></li>
      ${all.map((place) => html`<li><a class="plain-row" href=${place.href}><${Icon} name=${place.icon} /><span>${t(place.text)}</span><${Icon} name="forward" small /></a></li>`)}</ul>`;
}
