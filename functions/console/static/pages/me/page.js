// `/me`: one's own profile: details, sign-in, API tokens, notifications. Each tab has its address.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { who } from "../../session.js";
import { Button } from "../../components/button.js";
import { Later } from "../../components/later.js";
import { PageHead } from "../../components/page-head.js";
import { Tabs } from "../../components/tabs.js";
import { leave } from "../../shell/sidebar.js";

export const styles = [import.meta.resolve("../../styles/fleet.css"), import.meta.resolve("../../messages/messages.css"), import.meta.resolve("./page.css")];

const TABS = /** @type {const} */ (["profile", "sign-in", "tokens", "notifications"]);
const LOADS = {
  profile: async () => (await import("./profile.js")).Profile,
  "sign-in": async () => (await import("./sign-in.js")).SignIn,
  tokens: async () => (await import("./tokens.js")).Tokens,
  notifications: async () => (await import("./notifications.js")).Notifications,
};

/** @param {{ params: { tab?: string } }} props */
export default function Me({ params }) {
  const me = who.value;
  if (!me) return null;
  const present = TABS.find((tab) => tab === params.tab) ?? "profile";
  const tabs = TABS.map((tab) => ({ href: tab === "profile" ? "/me" : `/me/${tab}`, label: t(`me.tab.${tab}`), on: tab === present }));
  return html`
    <${PageHead} title=${t("me.title")} end=${html`<${Button} size="small" onClick=${leave}>${t("me.signOut")}<//>`} tabs=${html`<${Tabs} label=${t("me.title")} tabs=${tabs} />`} />
    <div class="page-body page-column"><${Later} key=${present} load=${LOADS[present]} me=${me} /></div>`;
}
