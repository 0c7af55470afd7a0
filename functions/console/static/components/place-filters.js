// Which organization and which group a list is of; both are in the address.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { setQuery } from "../router.js";
import { LongSelect } from "./long-select.js";
import { plainly } from "./text.js";
import { choices } from "../places.js";

/** @param {{ organizations: import("../places.js").Organization[] | undefined, organization: string }} props */
export function OrganizationFilter({ organizations, organization }) {
  const options = choices(organizations ?? [], { id: organization, name: t("filter.thisOrganization") });
  return html`<${LongSelect} label=${t("filter.organization")} value=${organization} options=${options} onChange=${(/** @type {string} */ chosen) => setQuery({ organization: chosen, group: null, computer: null })} />`;
}

/** Not shown where there is nothing to choose from. @param {{ groups: { id: string, name: string }[] | null, group: string }} props */
export function GroupFilter({ groups, group }) {
  if (groups?.length === 0 && !group) return null;
  const options = [{ value: "", label: t("filter.anyGroup") }, ...(groups ?? []).map(({ id, name }) => ({ value: id, label: plainly(name) }))];
  return html`<${LongSelect} label=${t("filter.group")} value=${group} options=${options} onChange=${(/** @type {string} */ chosen) => setQuery({ group: chosen, computer: null })} />`;
}
