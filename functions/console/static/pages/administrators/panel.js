// Update Administrator: who it is, and the tabs of what can be changed.

import { html, useEffect } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { useResource } from "../../resource.js";
import { here, navigate } from "../../router.js";
import { useKeys } from "../../keyboard.js";
import { Later, partOf } from "../../components/later.js";
import { Loaded } from "../../components/loaded.js";
import { IconLink } from "../../components/icon-link.js";
import { PageHead } from "../../components/page-head.js";
import { Avatar } from "../../components/person.js";
import { Tabs } from "../../components/tabs.js";
import { Text, plainly } from "../../components/text.js";
import { Title } from "../../components/title.js";
import { Empty } from "../../components/empty.js";
import { AccountMenu } from "./account.js";
import { State } from "./list.js";

/** @typedef {import("../../api.js").Schemas["AdministratorView"]} Administrator */
/** @typedef {import("../../resource.js").Resource<Administrator>} Opened */

const TABS = /** @type {const} */ (["profile", "permissions", "notifications", "sessions", "record"]);
/** @type {Record<string, () => Promise<any>>} */
const LOAD = {
  profile: async () => (await import("./profile.js")).Profile,
  permissions: async () => (await import("./permissions.js")).Permissions,
  notifications: async () => (await import("./notifications.js")).Notifications,
  sessions: async () => (await import("./sessions.js")).Sessions,
  record: partOf(() => import("./record.js"), "Record", "audit"),
};

/** Who was opened last, so that another tab shows them at once. @type {Administrator | null} */
let last = null;

/** @param {{ id: string, tab: string, alone: boolean, onChanged: () => void }} props `alone`: it is the whole page */
export function Panel({ id, tab, alone, onChanged }) {
  const read = useResource((signal) => api.get("/v1/administrators/{administrator_id}", { params: { administrator_id: id }, signal }), [id]);
  const opened = { ...read, data: read.data ?? (last?.id === id ? last : null) };
  const set = (/** @type {Administrator} */ one) => {
    read.set(one);
    onChanged();
  };
  const back = `/administrators${here.value.search}`;
  useKeys({ Escape: () => navigate(back) });
  return html`
    <section class=${alone ? "update update-alone" : "update"} aria-label=${t("update.title")}>
      ${opened.data === null && html`<${PageHead} title=${t("update.title")} back=${{ href: back, label: t("admins.title") }} />`}
      <${Loaded} resource=${opened} rows=${6}>${(/** @type {Administrator} */ one) => html`<${Known} key=${one.id} one=${one} tab=${tab} alone=${alone} back=${back} reload=${read.reload} set=${set} onChanged=${onChanged} />`}<//>
    </section>`;
}

/** @param {{ one: Administrator, tab: string, alone: boolean, back: string, reload: () => Promise<void>, set: (one: Administrator) => void, onChanged: () => void }} props */
function Known({ one, tab, alone, back, reload, set, onChanged }) {
  last = one;
  const name = plainly(one.name);
  useEffect(() => {
    document.title = `${name} – Countersign`;
  }, [name]);
  const tabs = TABS.map((each) => ({ href: `/administrators/${one.id}/${each}${here.value.search}`, label: t(alone ? `update.short.${each}` : `update.tab.${each}`), on: each === tab }));
  const load = LOAD[tab];
  const gone = () => {
    last = null;
    onChanged();
    if (here.peek().path.startsWith(`/administrators/${one.id}`)) navigate(back);
  };
  return html`
    <header class="update-head">
      ${alone
        ? html`<${IconLink} href=${back} icon="back" label=${t("update.back")} />`
        : html`<p class="label">${t("update.title")}</p>`}
      <div class="update-who">
        ${!alone && html`<${Avatar} name=${one.name} />`}
        <div class="update-names"><div class="row row-wrap"><${Title}><${Text} text=${one.name} /><//>${one.state !== "active" || !alone ? html`<${State} state=${one.state} />` : null}</div>
          <p class="small quiet">${alone ? t("update.title") : html`<${Text} text=${one.email} /> · <${Text} text=${one.organization.name} />`}</p></div>
        <div class="update-end">
          <${AccountMenu} one=${one} set=${set} gone=${gone} reload=${reload} />
          ${!alone && html`<${IconLink} href=${back} icon="close" label=${t("update.close")} />`}
        </div>
      </div>
      <${Tabs} label=${t("update.tabs")} tabs=${tabs} />
    </header>
    ${load ? html`<${Later} key=${tab} load=${load} one=${one} reload=${reload} set=${set} alone=${alone} />` : html`<${Empty} title=${t("notFound.title")}>${t("notFound.words")}<//>`}`;
}
