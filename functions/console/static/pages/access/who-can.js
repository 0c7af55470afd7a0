// Who can do what is asked about, and by what.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { permissionTitle } from "../../session.js";
import { actionName } from "../../people/catalogue.js";
import { usePages } from "../../pages.js";
import { Loaded } from "../../components/loaded.js";
import { ShowMore } from "../../components/more.js";
import { Avatar } from "../../components/person.js";
import { Text } from "../../components/text.js";
import { nameOf } from "./answer.js";
import { hasScope } from "./question.js";

/** @typedef {import("../../api.js").Schemas["WhoCan"]} Able */

/** @param {{ asked: import("./question.js").Question, places: import("./question.js").Named[] }} props */
export function WhoCan({ asked, places }) {
  const scope = hasScope(asked.action) ? asked.scope : undefined;
  const list = usePages((cursor, signal) => api.get("/v1/authorize/who", { query: { action: asked.action, organization_id: asked.place.id, scope, cursor }, signal }), [asked.action, asked.place.id, scope]);
  const action = actionName(asked.action);
  return html`
    <div class="access-who">
      <h2>${t("who.title")}</h2>
      <p class="small quiet">${scope ? t("who.scoped", { action, scope: t(`who.for.${scope}`) }) : action}</p>
      <${Loaded} resource=${list} names=${{ [asked.place.id]: asked.place.name }}>${(/** @type {{ items: Able[], cursor: string | null }} */ { items, cursor }) => (items.length || cursor
        ? html`<ul class="who-list">${items.map((one) => html`<${Row} one=${one} places=${places} current=${"id" in one.administrator && one.administrator.id === asked.id} />`)}</ul>`
        : html`<p class="quiet">${t("who.nobody")}</p>`)}<//>
      <${ShowMore} list=${list} />
    </div>`;
}

/** @param {{ one: Able, places: import("./question.js").Named[], current: boolean }} props */
function Row({ one, places, current }) {
  const person = "id" in one.administrator ? one.administrator : null;
  const grounds = one.because.map((ground) => {
    const organization = nameOf(ground.organization_id, places);
    const what = ground.role && "name" in ground.role ? ground.role.name : ground.role ? t("who.hiddenRole") : permissionTitle(ground.permission);
    return { key: `${what} ${organization}`, shown: rich("who.by", { what, organization }) };
  });
  const once = grounds.filter((each, nth) => grounds.findIndex(({ key }) => key === each.key) === nth);
  return html`
    <li class=${current ? "who-current" : undefined}>
      ${person ? html`<${Avatar} name=${person.name} />` : html`<${Avatar} name=${t("person.managing")} />`}
      <div>${person ? html`<a href=${`/administrators/${person.id}/permissions`}><${Text} text=${person.name} /></a>` : html`<b>${t("who.managing")}</b>`} <span class="small quiet">${once.map(({ shown }, nth) => [nth > 0 && ", ", shown])}</span></div>
    </li>`;
}
