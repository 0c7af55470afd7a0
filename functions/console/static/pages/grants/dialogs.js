// Revoking a grant, and giving it another end: sooner or later.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api, newKey } from "../../api.js";
import { moment } from "../../format.js";
import { usedOf } from "../../fleet/used-of.js";
import { Ask } from "../../components/ask.js";
import { Chips } from "../../components/chip.js";
import { Confirm } from "../../components/confirm.js";
import { Field } from "../../components/field.js";
import { errorAt } from "../../components/problem.js";
import { plainly } from "../../components/text.js";
import { forWhom } from "./row.js";

/** @typedef {import("./page.js").Grant} Grant */
/** @typedef {{ grant: Grant, names: Record<string, string>, groupNames: Record<string, string>, onClose: () => void, onDone: (grant: Grant) => void }} Props */

const DAY = 86_400_000;

/** @param {Props} props */
export function RevokeGrant({ grant, names, groupNames, onClose, onDone }) {
  const message = useSignal("");
  const key = useSignal(newKey());
  const changed = useSignal(grant);
  const part = usedOf(grant);
  const work = async () => {
    changed.value = await api.post("/v1/grants/{grant_id}/revocation", { params: { grant_id: grant.id }, body: { message: message.value.trim() || null, request_id: grant.request_id }, key: key.value });
  };
  return html`
    <${Confirm} title=${t("grants.revokeTitle", { name: plainly(grant.name) })} action=${t("grants.revoke")} safe=${t("grants.keep")} work=${work} onDone=${() => onDone({ ...changed.value, in_force: false })} onClose=${onClose} names=${names}>
      <p>${forWhom(grant, grant.group_id ? groupNames[grant.group_id] : undefined)}. ${part ? t("grants.revokeUsedOf", part) : t("grants.revokeUsed", { n: grant.used_by })}</p>
      <p class="quiet">${t("grants.revokeWords")}</p>
      <${Field} label=${t("grants.message")} hint=${t("grants.messageHint")} name="message" rows=${2} maxlength="2000" value=${message.value} onInput=${(/** @type {string} */ value) => { message.value = value; }} />
    <//>`;
}

/** The time of a field of the browser's zone. @param {number} time */
const local = (time) => new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

/** @param {Props} props */
export function ChangeEnd({ grant, names, groupNames, onClose, onDone }) {
  const choice = useSignal("7");
  const own = useSignal(local(Date.now() + 7 * DAY));
  const changed = useSignal(grant);
  const end = endOf(choice.value, own.value);
  const work = async () => {
    changed.value = await api.patch("/v1/grants/{grant_id}", { params: { grant_id: grant.id }, body: { expires_at: end ?? null, request_id: grant.request_id } });
  };
  const options = ["1", "7", "30", "90", "never", "own"].filter((value) => value !== "never" || !grant.first_use).map((value) => ({ value, label: t(`grants.endIn.${value}`) }));
  const present = grant.expires_at ? t("grants.untilMoment", { time: moment(grant.expires_at) }) : t("grants.noEnd");
  return html`
    <${Ask} title=${t("grants.endTitle", { name: plainly(grant.name) })} action=${t(`grants.${directionOf(grant, end)}`)} work=${work} onDone=${() => onDone(changed.value)} onClose=${onClose} names=${names} off=${end === undefined ? t("grants.noTime") : undefined}>${(/** @type {unknown} */ problem) => html`
      <p>${forWhom(grant, grant.group_id ? groupNames[grant.group_id] : undefined)}, ${present}.</p>
      ${grant.first_use && html`<p class="quiet">${t("grants.onlyShorter")}</p>`}
      <${Chips} legend=${t("grants.newEnd")} value=${choice.value} options=${options} onChange=${(/** @type {string} */ value) => { choice.value = value; }} />
      ${choice.value === "own" && html`<${Field} label=${t("grants.moment")} name="end" type="datetime-local" value=${own.value} onInput=${(/** @type {string} */ value) => { own.value = value; }} />`}
      ${errorAt(problem, "/expires_at") && html`<p class="field-error">${errorAt(problem, "/expires_at")}</p>`}
      <p class="quiet small">${end ? rich("grants.endsThen", { time: moment(end) }) : ""} ${t("grants.endWords")}</p>`}
    <//>`;
}

/** The chosen end: null for never, undefined if it is no time. @param {string} choice @param {string} own */
function endOf(choice, own) {
  if (choice === "never") return null;
  const time = choice === "own" ? Date.parse(own) : Date.now() + Number(choice) * DAY;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** @param {Grant} grant @param {string | null | undefined} end */
function directionOf(grant, end) {
  const present = grant.expires_at ? Date.parse(grant.expires_at) : Infinity;
  return (end ? Date.parse(end) : Infinity) < present ? "shorten" : "prolong";
}
