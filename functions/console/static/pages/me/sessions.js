// Where one is signed in.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useResource } from "../../resource.js";
import { useSending } from "../../sending.js";
import { Badge } from "../../components/badge.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Confirm } from "../../components/confirm.js";
import { Loaded } from "../../components/loaded.js";
import { useOpening } from "../../components/opening.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";
import { programOf } from "./program.js";

/** @typedef {import("../../api.js").Schemas["Session"]} Session */

export function Sessions() {
  const sessions = useResource((signal) => api.get("/v1/sessions", { signal }), []);
  const asking = useOpening();
  const close = asking.close;
  const others = (sessions.data?.items.length ?? 0) > 1;
  const end = others && html`<${Button} size="small" onClick=${() => { asking.show(true); }}>${t("signedIn.endOthers")}<//>`;
  return html`
    <${Card} title=${t("signedIn.title")} end=${end} padded=${false} foot=${html`<a href="/device">${t("signedIn.device")}</a>`}>
      <${Loaded} resource=${sessions}>${(/** @type {{ items: Session[] }} */ { items }) => html`
        <ul class="lines">${items.map((session) => html`<${Row} key=${session.id} session=${session} onEnded=${sessions.reload} />`)}</ul>`}<//>
      ${asking.what && html`
        <${Confirm} title=${t("signedIn.endOthers")} action=${t("signedIn.endOthersDo")} work=${() => api.delete("/v1/sessions")} onClose=${close} onDone=${() => { close(); sessions.reload(); }}>
          <p>${t("signedIn.endOthersWords")}</p>
        <//>`}
    <//>`;
}

/** @param {{ session: Session, onEnded: () => void }} props */
function Row({ session, onEnded }) {
  const sending = useSending();
  const end = async () => {
    if (await sending.send(() => api.delete("/v1/sessions/{session_id}", { params: { session_id: session.id } }))) onEnded();
  };
  const program = programOf(session.user_agent);
  return html`
    <li class="line">
      <div class="line-what">
        <span><b title=${session.user_agent ?? undefined}>${program}</b> ${session.current && html`<${Badge} kind="good">${t("signedIn.this")}<//>`}</span>
        <span class="second">${session.address && html`<${Text} text=${session.address} /> · `}${rich("signedIn.times", { from: html`<${Time} at=${session.created_at} as="moment" />`, until: html`<${Time} at=${session.expires_at} as="moment" />` })}</span>
        ${sending.problem}
      </div>
      ${!session.current && html`<${Button} size="small" busy=${sending.busy} label=${t("signedIn.endOne", { program })} onClick=${end}>${t("signedIn.end")}<//>`}
    </li>`;
}
