// How one signs in: the password, one-time codes, and where one is signed in.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useResource } from "../../resource.js";
import { Badge } from "../../components/badge.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Loaded } from "../../components/loaded.js";
import { Note } from "../../components/note.js";
import { useOpening } from "../../components/opening.js";
import { Time } from "../../components/time.js";
import { NewRecoveryCodes, RemoveCodes } from "./codes.js";
import { Password } from "./password.js";
import { Sessions } from "./sessions.js";

/** @typedef {import("../../api.js").Schemas["WhoAmI"]} WhoAmI */
/** @typedef {import("../../api.js").Schemas["OwnTotp"]} Totp */

/** So few recovery codes are a reason to make new ones. */
const FEW = 3;

/** @param {{ me: WhoAmI }} props */
export function SignIn({ me }) {
  const ended = useSignal(0);
  return html`<${Password} email=${me.administrator.email} onChanged=${() => { ended.value += 1; }} /><${Codes} me=${me} /><${Sessions} key=${ended.value} />`;
}

/** @param {{ me: WhoAmI }} props */
function Codes({ me }) {
  const codes = useResource((signal) => api.get("/v1/totp", { signal }), []);
  const end = me.second_factor ? html`<${Badge} kind="good" icon="check">${t("totp.used")}<//>` : null;
  return html`
    <${Card} title=${t("totp.title")} end=${end}>
      <${Loaded} resource=${codes} rows=${2}>${(/** @type {Totp} */ state) => (state.set_up
        ? html`<${SetUp} state=${state} reload=${codes.reload} />`
        : html`<div class="stack"><p>${t("me.withoutCode")}</p><div><a class="button button-plain" href="/one-time-codes">${t("me.codes")}</a></div></div>`)}<//>
    <//>`;
}

/** @param {{ state: Totp, reload: () => Promise<void> }} props */
function SetUp({ state, reload }) {
  const asked = useOpening(/** @type {"renew" | "remove" | null} */ (null));
  const close = () => {
    asked.close();
    reload();
  };
  const left = t("totp.left", { n: state.recovery_codes_left });
  return html`
    <div class="stack">
      <p>${state.since && rich("totp.since", { time: html`<${Time} at=${state.since} as="moment" />` })}</p>
      ${state.recovery_codes_left > FEW ? html`<p>${left}</p>` : html`<${Note} kind="warn">${left} ${t("totp.few")}<//>`}
      <div class="row row-wrap">
        <${Button} onClick=${() => { asked.show("renew"); }}>${t("totp.renew")}<//>
        <${Button} kind="deny" onClick=${() => { asked.show("remove"); }}>${t("totp.remove")}<//>
      </div>
    </div>
    ${asked.what === "renew" && html`<${NewRecoveryCodes} onClose=${close} />`}
    ${asked.what === "remove" && html`<${RemoveCodes} onClose=${close} />`}`;
}
