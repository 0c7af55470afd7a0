// `/me`: who one is, how the console looks in this browser, one-time codes, signing out.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { moment } from "../../format.js";
import { who } from "../../session.js";
import { setShortcuts, setTheme, shortcuts, theme } from "../../settings.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Check } from "../../components/check.js";
import { Chips } from "../../components/chip.js";
import { Facts } from "../../components/facts.js";
import { PageHead } from "../../components/page-head.js";
import { Text } from "../../components/text.js";
import { leave } from "../../shell/sidebar.js";

export default function Me() {
  const me = who.value;
  if (!me) return null;
  const themes = ["system", "light", "dark"].map((value) => ({ value, label: t(`me.theme.${value}`) }));
  return html`
    <${PageHead} title=${t("me.title")} end=${html`<${Button} size="small" onClick=${leave}>${t("me.signOut")}<//>`} />
    <div class="page-body page-column">
      <${Card} title=${t("me.account")}>
        <${Facts} facts=${[
          { name: t("me.name"), value: html`<${Text} text=${me.administrator.name} />` },
          { name: t("me.email"), value: html`<${Text} text=${me.administrator.email} />` },
          { name: t("me.organization"), value: html`<${Text} text=${me.administrator.organization.name} />` },
          { name: t("me.until"), value: moment(me.expires_at) },
        ]} />
      <//>
      <${Card} title=${t("me.signIn")}>
        <div class="stack"><p>${t(me.second_factor ? "me.withCode" : "me.withoutCode")}</p><p><a class="button button-plain" href="/one-time-codes">${t("me.codes")}</a></p></div>
      <//>
      <${Card} title=${t("me.browser")}>
        <div class="form">
          <${Chips} legend=${t("me.theme")} value=${theme.value} options=${themes} onChange=${setTheme} />
          <${Check} checked=${shortcuts.value} onChange=${setShortcuts}>${t("me.shortcuts")}<//>
        </div>
      <//>
    </div>`;
}
