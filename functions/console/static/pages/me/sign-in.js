// How one signs in: the password, one-time codes, and where one is signed in.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { Badge } from "../../components/badge.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { NewRecoveryCodes, RemoveCodes } from "./codes.js";
import { Password } from "./password.js";
import { Sessions } from "./sessions.js";

/** @typedef {import("../../api.js").Schemas["WhoAmI"]} WhoAmI */

/** @param {{ me: WhoAmI }} props */
export function SignIn({ me }) {
  const ended = useSignal(0);
  return html`<${Password} email=${me.administrator.email} onChanged=${() => { ended.value += 1; }} /><${Codes} me=${me} /><${Sessions} key=${ended.value} />`;
}

/** @param {{ me: WhoAmI }} props */
function Codes({ me }) {
  const asked = useSignal(/** @type {"renew" | "remove" | null} */ (null));
  const close = () => { asked.value = null; };
  const state = me.second_factor ? html`<${Badge} kind="good" icon="check">${t("totp.used")}<//>` : null;
  return html`
    <${Card} title=${t("totp.title")} end=${state}>
      <div class="stack">
        <p>${t(me.second_factor ? "me.withCode" : "me.withoutCode")}</p>
        ${!me.second_factor && html`<div><a class="button button-plain" href="/one-time-codes">${t("me.codes")}</a></div><p class="quiet small">${t("totp.alreadySet")}</p>`}
        <div class="row row-wrap">
          <${Button} size=${me.second_factor ? "normal" : "small"} onClick=${() => { asked.value = "renew"; }}>${t("totp.renew")}<//>
          <${Button} size=${me.second_factor ? "normal" : "small"} kind="deny" onClick=${() => { asked.value = "remove"; }}>${t("totp.remove")}<//>
        </div>
      </div>
      ${asked.value === "renew" && html`<${NewRecoveryCodes} onClose=${close} />`}
      ${asked.value === "remove" && html`<${RemoveCodes} onClose=${close} />`}
    <//>`;
}
