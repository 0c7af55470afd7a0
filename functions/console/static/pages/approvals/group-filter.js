// The group that an address narrows the list to, as a computer's link does: its name, and a press that shows all groups again.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { organizationOf, useGroups } from "../../places.js";
import { setQuery } from "../../router.js";
import { Icon } from "../../components/icon.js";

/** @param {{ id: string, organization: string }} props */
export function GroupFilter({ id, organization }) {
  const groups = useGroups(organizationOf(organization));
  const found = groups.data?.find((one) => one.id === id);
  return html`
    <button type="button" class="chip chip-on" onClick=${() => setQuery({ group: null, selected: null })}>
      ${found ? rich("filter.ofGroup", { name: found.name }) : t("filter.oneGroup")}<span class="only-read"> ${t("filter.allGroups")}</span><${Icon} name="close" small />
    </button>`;
}
