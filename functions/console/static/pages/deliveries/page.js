// `/deliveries`: who was told, by which channel, when, and what came of it; of an organization, or of one request. A second tab
// shows how the channels are doing.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { query, withQuery } from "../../router.js";
import { namesOf, organizationOf, useOrganizations } from "../../places.js";
import { useMay } from "../../may.js";
import { Later } from "../../components/later.js";
import { PageHead } from "../../components/page-head.js";
import { Refusals } from "../../components/refusals.js";
import { Tabs } from "../../components/tabs.js";
import { OrganizationFilter } from "../../components/place-filters.js";
import { Log } from "./log.js";
import { OfRequest } from "./of-request.js";

export const styles = import.meta.resolve("../../messages/messages.css");

const loadChannels = async () => (await import("./channels.js")).Channels;

export default function Deliveries() {
  const organization = organizationOf(query.value.get("organization"));
  const request = query.value.get("request");
  const organizations = useOrganizations();
  const names = namesOf(organizations.data?.items);
  const may = useMay(organization, ["notifications.resend", "integrations.create"], names);
  if (request) return html`<${OfRequest} key=${request} request=${request} organization=${organization} names=${names} may=${may} />`;
  const channels = query.value.get("tab") === "channels";
  const tabs = [
    { href: withQuery({ tab: null }), label: t("deliveries.tab.log"), on: !channels },
    { href: withQuery({ tab: "channels", status: null, channel: null }), label: t("deliveries.tab.channels"), on: channels },
  ];
  return html`
    <${PageHead} title=${t("deliveries.title")} tabs=${html`<${Tabs} label=${t("deliveries.tabs")} tabs=${tabs} />`} />
    <div class="page-body">
      ${channels
        ? html`<div class="filters"><${OrganizationFilter} organizations=${organizations.data?.items} organization=${organization} /></div>
          <${Later} key=${organization} load=${loadChannels} organization=${organization} names=${names} may=${may} />`
        : html`<${Log} key=${organization} organization=${organization} organizations=${organizations.data?.items} names=${names} may=${may} />`}
      <${Refusals} may=${may} names=${names} actions=${channels ? [["integrations.create", t("test.do")]] : [["notifications.resend", `${t("deliveries.resend")}, ${t("deliveries.putRight")}`]]} />
    </div>`;
}
