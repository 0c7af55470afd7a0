// What can be done with an account: disable, enable, a new password, the invitation again, delete. Each says first what it does.

import { html, useEffect, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useMay } from "../../may.js";
import { namesOf } from "../../places.js";
import { OnePerson, Warnings } from "../../people/impact.js";
import { Button } from "../../components/button.js";
import { Dialog } from "../../components/dialog.js";
import { Field } from "../../components/field.js";
import { Menu } from "../../components/menu.js";
import { ProblemNote } from "../../components/problem.js";
import { Skeleton } from "../../components/loaded.js";
import { plainly } from "../../components/text.js";

/** @typedef {import("../../api.js").Schemas["AdministratorView"]} Administrator */
/** @typedef {import("../../api.js").Schemas["AdministratorEffects"]} Effects */
/** @typedef {"disable" | "enable" | "delete" | "withdraw" | "resend" | "password"} Step */

const ACTIONS = /** @type {const} */ ({
  disable: "administrators.disable",
  enable: "administrators.disable",
  delete: "administrators.delete",
  withdraw: "administrators.delete",
  resend: "administrators.invite",
  password: "administrators.reset-password",
});
const ICONS = { disable: "lock", enable: "check", delete: "close", withdraw: "close", resend: "mail", password: "key" };
/** Steps that take something away. */
const BAD = new Set(["disable", "delete", "withdraw"]);

/** The steps that an account's state has. @param {Administrator} one @returns {Step[]} */
function stepsOf({ state }) {
  if (state === "invited") return ["resend", "withdraw"];
  if (state === "disabled") return ["enable", "delete"];
  return ["password", "disable", "delete"];
}

/** @typedef {{ one: Administrator, set: (one: Administrator) => void, gone: () => void, reload: () => Promise<void> }} Account */

/** @param {Account} props */
export function AccountMenu({ one, set, gone, reload }) {
  const step = useSignal(/** @type {Step | null} */ (null));
  const may = useMay(one.organization.id, [...new Set(Object.values(ACTIONS))], namesOf([one.organization]));
  const items = stepsOf(one).map((each) => ({
    label: t(`account.${each}`),
    icon: ICONS[each],
    bad: BAD.has(each),
    off: may.off(ACTIONS[each]),
    onClick: () => {
      step.value = each;
    },
  }));
  return html`
    <${Menu} label=${t("account.menu")} items=${items} />
    ${step.value && html`<${StepDialog} step=${step.value} one=${one} set=${set} gone=${gone} reload=${reload} onClose=${() => { step.value = null; }} />`}`;
}

/** @param {Step} step @param {Administrator} one @param {boolean} dry @returns {Promise<any>} */
function run(step, one, dry) {
  const options = { params: { administrator_id: one.id }, ifMatch: one.revision };
  const query = dry ? { dry_run: true } : {};
  if (step === "disable" || step === "enable") return api.post("/v1/administrators/{administrator_id}/disabled", { ...options, query, body: { disabled: step === "disable" } });
  if (step === "delete") return api.delete("/v1/administrators/{administrator_id}", { ...options, query });
  if (step === "withdraw") return api.delete("/v1/administrators/{administrator_id}/invitation", options);
  if (step === "resend") return api.post("/v1/administrators/{administrator_id}/invitation", options);
  return api.post("/v1/administrators/{administrator_id}/password-reset", options);
}

/** Whether the server can say first what a step does. @param {Step} step */
const hasPreview = (step) => ["disable", "enable", "delete"].includes(step);

/** @param {Account & { step: Step, onClose: () => void }} props */
function StepDialog({ step, one, set, gone, reload, onClose }) {
  const preview = useSignal(/** @type {Effects | null} */ (null));
  const problem = useSignal(/** @type {unknown} */ (null));
  const busy = useSignal(false);
  const typed = useSignal("");
  const done = useSignal(false);
  const name = plainly(one.name);
  useEffect(() => {
    if (hasPreview(step)) run(step, one, true).then((answer) => { preview.value = answer; }, (caught) => { problem.value = caught; });
  }, []);
  const send = async () => {
    busy.value = true;
    problem.value = null;
    try {
      const answer = await run(step, one, false);
      if (step === "delete" || step === "withdraw") gone();
      else if (answer && "revision" in answer) set(answer);
      else await reload();
      if (step === "password" || step === "resend") done.value = true;
      else onClose();
    } catch (caught) {
      problem.value = caught;
    } finally {
      busy.value = false;
    }
  };
  const off = step === "delete" && typed.value.trim() !== name ? t("account.typeFirst") : null;
  const actions = done.value
    ? html`<${Button} onClick=${onClose}>${t("account.close")}<//>`
    : html`<${Button} onClick=${onClose}>${t("confirm.cancel")}<//><${Button} kind=${BAD.has(step) ? "danger" : "primary"} busy=${busy.value} off=${off} onClick=${send}>${t(`account.${step}.do`)}<//>`;
  return html`
    <${Dialog} title=${t(`account.${step}.title`, { name })} onClose=${onClose} actions=${actions}>
      <p>${rich(done.value ? `account.${step}.done` : `account.${step}.words`, { name: one.name, email: one.email })}</p>
      ${hasPreview(step) && html`<${Preview} effects=${preview.value} failed=${problem.value !== null} />`}
      ${step === "delete" && html`<${Field} label=${t("account.type", { name })} name="typed" autocomplete="off" value=${typed.value} onInput=${(/** @type {string} */ value) => { typed.value = value; }} />`}
      ${problem.value !== null && html`<${ProblemNote} problem=${problem.value} takesFocus />`}
    <//>`;
}

/** @param {{ effects: Effects | null, failed: boolean }} props */
function Preview({ effects, failed }) {
  if (!effects) return failed ? null : html`<${Skeleton} rows=${2} />`;
  const { impact } = effects;
  const some = impact && impact.gains.length + impact.loses.length > 0;
  return html`<div class="impact">${some ? html`<ul class="impact-lines"><${OnePerson} impact=${impact} /></ul>` : html`<p class="quiet">${t("account.nothing")}</p>`}<${Warnings} warnings=${effects.warnings} /></div>`;
}
