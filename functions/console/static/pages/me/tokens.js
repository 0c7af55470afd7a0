// One's API tokens: for programs that do something in one's name. A token is shown once.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { useResource } from "../../resource.js";
import { query, setQuery } from "../../router.js";
import { permissionTitle } from "../../session.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Confirm } from "../../components/confirm.js";
import { Copy } from "../../components/copy.js";
import { Empty } from "../../components/empty.js";
import { Loaded } from "../../components/loaded.js";
import { Note } from "../../components/note.js";
import { useOpening } from "../../components/opening.js";
import { Text, plainly } from "../../components/text.js";
import { Time } from "../../components/time.js";
import { NewToken } from "./new-token.js";

/** @typedef {import("../../api.js").Schemas["ApiToken"]} Token */
/** @typedef {import("../../api.js").Schemas["ApiTokenMade"]} Made */

/** @param {{ me: import("../../api.js").Schemas["WhoAmI"] }} props */
export function Tokens({ me }) {
  const tokens = useResource((signal) => api.get("/v1/api-tokens", { signal }), []);
  const made = useSignal(/** @type {Made | null} */ (null));
  const making = query.value.get("new") === "1";
  const close = () => setQuery({ new: null }, { replace: true });
  const onMade = (/** @type {Made} */ token) => {
    made.value = token;
    close();
    tokens.reload();
  };
  const begin = () => {
    made.value = null;
    setQuery({ new: "1" });
  };
  return html`
    ${made.value && html`<${Shown} made=${made.value} />`}
    ${making && html`<${NewToken} me=${me} onMade=${onMade} onClose=${close} />`}
    <${Loaded} resource=${tokens}>${(/** @type {{ items: Token[] }} */ { items }) => (items.length === 0
      ? !making && html`<${Empty} title=${t("tokens.none")} action=${html`<${Button} onClick=${begin}>${t("tokens.new")}<//>`}>${t("tokens.noneWords")}<//>`
      : html`
        <${Card} title=${t("tokens.title")} end=${!making && html`<${Button} size="small" icon="plus" onClick=${begin}>${t("tokens.new")}<//>`} padded=${false}>
          <ul class="lines">${items.map((token) => html`<${Row} key=${token.id} token=${token} onRevoked=${tokens.reload} />`)}</ul>
        <//>`)}<//>`;
}

/** @param {{ made: Made }} props */
function Shown({ made }) {
  return html`
    <${Note} kind="good" role="status" title=${t("tokens.made", { name: made.name })}>
      <p>${t("tokens.once")}</p>
      <div class="command"><code dir="ltr" id="token">${made.token}</code><${Copy} text=${made.token} label=${t("tokens.copy")} /></div>
      <p class="small">${t("tokens.use")} <code>Authorization: Bearer</code></p>
    <//>`;
}

/** @param {{ token: Token, onRevoked: () => void }} props */
function Row({ token, onRevoked }) {
  const asking = useOpening();
  const close = asking.close;
  const work = () => api.delete("/v1/api-tokens/{api_token_id}", { params: { api_token_id: token.id } });
  return html`
    <li class="line">
      <div class="line-what">
        <b><${Text} text=${token.name} /></b>
        <span class="second">${rich("tokens.times", { from: html`<${Time} at=${token.created_at} as="moment" />`, until: html`<${Time} at=${token.expires_at} as="moment" />` })}</span>
        <span class="second">${token.last_used_at ? rich("tokens.used", { time: html`<${Time} at=${token.last_used_at} />` }) : t("tokens.unused")}</span>
        <span class="second">${token.permissions.map(permissionTitle).join(" · ")}</span>
      </div>
      <${Button} size="small" kind="deny" label=${t("tokens.revokeOne", { name: plainly(token.name) })} onClick=${() => { asking.show(true); }}>${t("tokens.revoke")}<//>
      ${asking.what && html`
        <${Confirm} title=${t("tokens.revokeTitle", { name: plainly(token.name) })} action=${t("tokens.revokeDo")} work=${work} onClose=${close} onDone=${() => { close(); onRevoked(); }}>
          <p>${t("tokens.revokeWords")}</p>
        <//>`}
    </li>`;
}
