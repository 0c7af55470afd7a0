// On a phone: the places of people beside each other, since its bottom row has one tab for all of them.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { areas, isAt } from "../navigation.js";
import { here } from "../router.js";
import { mayBeUseful } from "../session.js";
import { Tabs } from "../components/tabs.js";
import { useNarrow } from "../components/table.js";

/** Elements for `PageHead`, or nothing on a desktop. */
export function useAreaTabs() {
  const narrow = useNarrow();
  const places = areas.find(({ tab }) => tab === "people")?.places.filter((place) => mayBeUseful(place.action)) ?? [];
  if (!narrow || places.length < 2) return null;
  const tabs = places.map((place) => ({ href: place.href, label: t(place.text), on: isAt(place, here.value.path) }));
  return html`<${Tabs} label=${t("nav.people")} tabs=${tabs} />`;
}
