// What can be done with an account: disable, enable, a new password, the invitation again, delete. Each says first what it does.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useMay } from "../../may.js";
import { namesOf } from "../../places.js";
import { useResource } from "../../resource.js";
import { OnePerson, Warnings } from "../../people/impact.js";
import { Button } from "../../components/button.js";
import { Confirm } from "../../components/confirm.js";
import { Dialog } from "../../components/dialog.js";
import { Loaded } from "../../components/loaded.js";
import { Menu } from "../../components/menu.js";
import { useOpening } from "../../components/opening.js";
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
/** Steps that send a link, which is said afterwards. */
const SENDS = new Set(["resend", "password"]);

/** The steps that an account's state has. @param {Administrator} one @returns {Step[]} */
function stepsOf({ state }) {
  if (state === "invited") return ["resend", "withdraw"];
  if (state === "disabled") return ["enable", "delete"];
  return ["password", "disable", "delete"];
}

/** @typedef {{ one: Administrator, set: (one: Administrator) => void, gone: () => void, reload: () => Promise<void> }} Account */

/** @param {Account} props */
export function AccountMenu({ one, set, gone, reload }) {
  const step = useOpening(/** @type {Step | null} */ (null));
  const may = useMay(one.organization.id, [...new Set(Object.values(ACTIONS))], namesOf([one.organization]));
  const items = stepsOf(one).map((each) => ({
    label: t(`account.${each}`),
    icon: ICONS[each],
    bad: BAD.has(each),
    off: may.off(ACTIONS[each]),
    onClick: () => {
      step.show(each);
    },
  }));
  return html`
    <${Menu} label=${t("account.menu")} items=${items} />
    ${step.what && html`<${StepDialog} step=${step.what} one=${one} set=${set} gone=${gone} reload=${reload} onClose=${step.close} />`}`;
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
  const done = useSignal(false);
  const names = namesOf([one.organization]);
  const title = t(`account.${step}.title`, { name: one.name });
  const work = async () => {
    const answer = await run(step, one, false);
    if (step === "delete" || step === "withdraw") gone();
    else if (answer && "revision" in answer) set(answer);
    else await reload();
  };
  const after = () => {
    if (SENDS.has(step)) done.value = true;
    else onClose();
  };
  if (done.value) {
    return html`<${Dialog} title=${title} onClose=${onClose} actions=${html`<${Button} onClick=${onClose}>${t("account.close")}<//>`}><p role="status">${rich(`account.${step}.done`, { email: one.email })}</p><//>`;
  }
  return html`
    <${Confirm} kind=${BAD.has(step) ? "danger" : "primary"} title=${title} action=${t(`account.${step}.do`)} typed=${step === "delete" ? plainly(one.name) : undefined} work=${work} onDone=${after} onClose=${onClose} names=${names} reload=${reload}>
      <p>${rich(`account.${step}.words`, { name: one.name, email: one.email })}</p>
      ${hasPreview(step) && html`<${Preview} step=${step} one=${one} names=${names} />`}
    <//>`;
}

/** What the server says that a step would do. @param {{ step: Step, one: Administrator, names: Record<string, string> }} props */
function Preview({ step, one, names }) {
  const preview = useResource(() => run(step, one, true), [step, one.id, one.revision]);
  return html`
    <${Loaded} resource=${preview} rows=${2} names=${names}>${(/** @type {Effects} */ { impact, warnings }) => html`
      <div class="impact">${impact && impact.gains.length + impact.loses.length > 0 ? html`<ul class="impact-lines"><${OnePerson} impact=${impact} /></ul>` : html`<p class="quiet">${t("account.nothing")}</p>`}<${Warnings} warnings=${warnings} /></div>`}<//>`;
}
