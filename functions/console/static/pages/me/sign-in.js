// How one signs in: the password, one-time codes, and where one is signed in.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useMay } from "../../may.js";
import { namesOf } from "../../places.js";
import { Badge } from "../../components/badge.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Confirm } from "../../components/confirm.js";
import { Note } from "../../components/note.js";
import { NewRecoveryCodes, RemoveCodes } from "./codes.js";
import { Sessions } from "./sessions.js";

/** @typedef {import("../../api.js").Schemas["WhoAmI"]} WhoAmI */

/** @param {{ me: WhoAmI }} props */
export function SignIn({ me }) {
  return html`<${Password} me=${me} /><${Codes} me=${me} /><${Sessions} />`;
}

/** @param {{ me: WhoAmI }} props */
function Password({ me }) {
  const { id, email, organization } = me.administrator;
  const asking = useSignal(false);
  const sent = useSignal(false);
  const off = useMay(organization.id, ["administrators.reset-password"], namesOf([organization])).off("administrators.reset-password");
  const close = () => { asking.value = false; };
  const work = () => api.post("/v1/administrators/{administrator_id}/password-reset", { params: { administrator_id: id } });
  return html`
    <${Card} title=${t("password.title")}>
      <div class="stack">
        <p>${t("password.words")}</p>
        ${off && html`<${Note} icon="lock" title=${t("password.off")}>${off}<//>`}
        ${sent.value && html`<${Note} kind="good" role="status">${rich("password.sent", { email })}<//>`}
        <div><${Button} off=${off} onClick=${() => { asking.value = true; }}>${t("password.send")}<//></div>
      </div>
      ${asking.value && html`
        <${Confirm} kind="primary" title=${t("password.send")} action=${t("password.do")} work=${work} onClose=${close} onDone=${() => { sent.value = true; close(); }}>
          <p>${rich("password.sendWords", { email })}</p>
        <//>`}
    <//>`;
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
