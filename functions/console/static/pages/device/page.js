// `/device#CODE`: signs in the program that shows a code, such as the command line. The code is typed or comes with the link; who approves
// it has looked at what asks and where from.

import { html, useEffect, useRef, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api, Problem } from "../../api.js";
import { useSending } from "../../sending.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Check } from "../../components/check.js";
import { Facts } from "../../components/facts.js";
import { Field } from "../../components/field.js";
import { Form } from "../../components/form.js";
import { Note } from "../../components/note.js";
import { PageHead } from "../../components/page-head.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";
import { linkToken } from "../sign-in/new-password.js";

/** @typedef {import("../../api.js").Schemas["DeviceLogin"]} Login */
/** @typedef {import("../../api.js").Schemas["DeviceLoginOutcome"]} Outcome */

/** `wdjb mjht` → `WDJB-MJHT`, as the program shows it. @param {string} text */
const written = (text) => text.toUpperCase().replace(/[^A-Z]/g, "").replace(/^(.{4})(.+)$/, "$1-$2");

export default function Device() {
  const code = useSignal(linkToken());
  const login = useSignal(/** @type {Login | null} */ (null));
  const outcome = useSignal(/** @type {Outcome | null} */ (null));
  const again = () => {
    code.value = "";
    login.value = null;
    outcome.value = null;
  };
  const step = outcome.value ?? (login.value ? "decide" : "enter");
  const steps = useRef(/** @type {HTMLElement | null} */ (null));
  const first = useRef(true);
  // What was pressed is gone, so the next step takes the focus; the field does so itself.
  useEffect(() => {
    if (!first.current && step !== "enter") steps.current?.focus();
    first.current = false;
  }, [step]);
  // Another link may be opened while the page is there.
  useEffect(() => {
    const follow = () => {
      again();
      code.value = linkToken();
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const found = (/** @type {string} */ typed, /** @type {Login} */ shown) => {
    code.value = typed;
    login.value = shown;
  };
  return html`
    <div class="narrow" tabindex="-1" ref=${steps}>
      <${PageHead} title=${t("device.title")} />
      ${outcome.value
        ? html`<${Done} outcome=${outcome.value} onAgain=${again} />`
        : login.value
          ? html`<${Decide} code=${code.value} login=${login.value} onDecided=${(/** @type {Outcome} */ decided) => { outcome.value = decided; }} onAgain=${again} />`
          : html`<${Enter} key=${code.value} code=${code.value} onFound=${found} />`}
    </div>`;
}

/** @param {{ code: string, onFound: (code: string, login: Login) => void }} props */
function Enter({ code, onFound }) {
  const typed = useSignal(written(code));
  const none = useSignal(false);
  const submit = async () => {
    none.value = false;
    const shown = written(typed.value);
    onFound(shown, await api.get("/v1/device-logins/{user_code}", { params: { user_code: shown || "-" } }));
  };
  const onProblem = (/** @type {unknown} */ problem) => {
    none.value = problem instanceof Problem && problem.code === "not-found";
    return none.value;
  };
  return html`
    <p class="quiet">${t("device.words")}</p>
    <${Form} label=${t("device.title")} onSubmit=${submit} onProblem=${onProblem}>
      ${(/** @type {{ busy: boolean }} */ { busy }) => html`
        <${Field} label=${t("device.code")} hint=${t("device.codeHint")} name="user-code" maxlength="32" required takesFocus autocomplete="off" autocapitalize="characters" spellcheck="false" error=${none.value ? t("device.none") : undefined} value=${typed.value} onInput=${(/** @type {string} */ value) => { typed.value = value; }} />
        <${Button} type="submit" kind="primary" size="large" wide busy=${busy}>${t("device.continue")}<//>`}
    <//>`;
}

/** @param {{ code: string, login: Login, onDecided: (outcome: Outcome) => void, onAgain: () => void }} props */
function Decide({ code, login, onDecided, onAgain }) {
  const seen = useSignal(false);
  const pressed = useSignal(/** @type {Outcome | null} */ (null));
  const sending = useSending();
  const decide = async (/** @type {Outcome} */ outcome) => {
    pressed.value = outcome;
    const send = () => api.post("/v1/device-logins/{user_code}/decision", { params: { user_code: code }, body: { outcome } });
    if (await sending.send(send)) onDecided(outcome);
  };
  const unknown = t("device.unknownAddress");
  const same = login.address !== null && login.address === login.your_address;
  return html`
    <${Note} kind="warn" title=${t("device.careTitle")}>${t("device.care")}<//>
    <${Card} title=${t("device.asks")}>
      <${Facts} facts=${[
        { name: t("device.code"), value: html`<b class="mono">${code}</b>` },
        { name: t("device.program"), value: html`<${Text} text=${login.description} />` },
        { name: t("device.address"), value: html`<${Text} text=${login.address ?? unknown} />` },
        { name: t("device.yourAddress"), value: html`<${Text} text=${login.your_address ?? unknown} />` },
        { name: t("device.at"), value: html`<${Time} at=${login.started_at} as="moment" />` },
        { name: t("device.until"), value: html`<${Time} at=${login.expires_at} as="moment" />` },
      ]} />
      <p class="quiet">${t(same ? "device.sameAddress" : "device.otherAddress")}</p>
    <//>
    <${Check} checked=${seen.value} onChange=${(/** @type {boolean} */ checked) => { seen.value = checked; }}>${t("device.seen", { code })}<//>
    ${sending.problem}
    <div class="row row-wrap">
      <${Button} kind="primary" size="large" busy=${sending.busy && pressed.value === "approved"} off=${!seen.value && t("device.seenFirst")} onClick=${() => decide("approved")}>${t("device.approve")}<//>
      <${Button} kind="deny" size="large" busy=${sending.busy && pressed.value === "denied"} onClick=${() => decide("denied")}>${t("device.deny")}<//>
      <${Button} kind="bare" onClick=${onAgain}>${t("device.another")}<//>
    </div>`;
}

/** @param {{ outcome: Outcome, onAgain: () => void }} props */
function Done({ outcome, onAgain }) {
  return html`
    ${outcome === "approved"
      ? html`<${Note} kind="good" role="status" title=${t("device.approved")}>${t("device.approvedWords")} <a href="/me/sign-in">${t("device.sessions")}</a><//>`
      : html`<${Note} kind="plain" role="status" title=${t("device.denied")}>${t("device.deniedWords")}<//>`}
    <${Button} onClick=${onAgain}>${t("device.another")}<//>`;
}
