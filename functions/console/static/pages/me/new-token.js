// A new API token: what it is for, what it may use, until when. It asks for the password again, because it outlives the session.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api, Problem } from "../../api.js";
import { catalogue, permissionTitle } from "../../session.js";
import { codeOf } from "../../sign-in.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Check } from "../../components/check.js";
import { Chips } from "../../components/chip.js";
import { Field } from "../../components/field.js";
import { Form } from "../../components/form.js";
import { errorAt } from "../../components/problem.js";

/** @typedef {import("../../api.js").Schemas} Schemas */

const DAYS = /** @type {const} */ ([30, 90, 365]);
const DAY = 86_400_000;

/** What somebody may hand to a token: what they hold, and what that includes. @param {Schemas["WhoAmI"]} me @returns {Schemas["Permission"][]} */
function handable(me) {
  const held = me.permissions.map(({ permission }) => permission);
  const included = held.flatMap((id) => catalogue.value?.get(id)?.includes ?? []);
  const all = /** @type {Schemas["Permission"][]} */ ([...new Set([...held, ...included])]);
  return all.sort((one, other) => permissionTitle(one).localeCompare(permissionTitle(other)));
}

/** @param {{ me: Schemas["WhoAmI"], onMade: (made: Schemas["ApiTokenMade"]) => void, onClose: () => void }} props */
export function NewToken({ me, onMade, onClose }) {
  const values = useSignal({ name: "", days: 90, permissions: /** @type {Schemas["Permission"][]} */ ([]), password: "", code: "" });
  const asksForCode = useSignal(me.second_factor);
  const { name, days, permissions, password, code } = values.value;
  const set = (/** @type {Partial<typeof values.value>} */ part) => { values.value = { ...values.value, ...part }; };
  const submit = async () => {
    const expires = new Date(Date.now() + days * DAY).toISOString();
    onMade(await api.post("/v1/api-tokens", { body: { name: name.trim(), permissions, expires_at: expires, password, ...codeOf(code.trim()) } }));
  };
  const onProblem = (/** @type {unknown} */ problem) => {
    const missing = problem instanceof Problem && problem.code === "totp-missing";
    if (missing) asksForCode.value = true;
    return missing;
  };
  const all = handable(me);
  const tick = (/** @type {Schemas["Permission"]} */ id) => (/** @type {boolean} */ on) => set({ permissions: all.filter((each) => (each === id ? on : permissions.includes(each))) });
  return html`
    <${Card} title=${t("tokens.newTitle")} strong>
      <${Form} label=${t("tokens.newTitle")} onSubmit=${submit} onProblem=${onProblem}>${(/** @type {{ busy: boolean, problem: unknown }} */ { busy, problem }) => html`
        <${Field} label=${t("tokens.name")} hint=${t("tokens.nameHint")} name="name" required maxlength="200" autocomplete="off" takesFocus value=${name} error=${errorAt(problem, "/name")} onInput=${(/** @type {string} */ value) => set({ name: value })} />
        <${Chips} legend=${t("tokens.lasts")} value=${String(days)} options=${DAYS.map((n) => ({ value: String(n), label: t("time.spanDays", { n }) }))} onChange=${(/** @type {string} */ value) => set({ days: Number(value) })} />
        <fieldset class="options-set"><legend class="field-label">${t("tokens.permissions")}</legend>
          <p class="hint">${t("tokens.permissionsHint")}</p>
          <div class="me-checks">${all.map((id) => html`<${Check} key=${id} checked=${permissions.includes(id)} onChange=${tick(id)}>${permissionTitle(id)}<//>`)}</div>
        </fieldset>
        <${Field} label=${t("tokens.password")} hint=${t("tokens.passwordHint")} name="password" type="password" required autocomplete="current-password" value=${password} onInput=${(/** @type {string} */ value) => set({ password: value })} />
        ${asksForCode.value && html`<${Field} label=${t("signIn.code")} hint=${t("signIn.codeHint")} name="totp" required inputmode="numeric" autocomplete="one-time-code" maxlength="64" takesFocus value=${code} onInput=${(/** @type {string} */ value) => set({ code: value })} />`}
        <div class="row row-wrap me-end"><${Button} onClick=${onClose}>${t("confirm.cancel")}<//><${Button} type="submit" kind="primary" busy=${busy} off=${permissions.length === 0 ? t("tokens.permissionFirst") : undefined}>${t("tokens.make")}<//></div>`}<//>
    <//>`;
}
