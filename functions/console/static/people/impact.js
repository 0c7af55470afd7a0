// What a change of permissions gives and takes, as the server's dry run says it.

import { html } from "../ui.js";
import { rich, t } from "../i18n.js";
import { permissionTitle } from "../session.js";
import { Fold } from "../components/fold.js";
import { Person } from "../components/person.js";
import { Text } from "../components/text.js";
import { actionName } from "./catalogue.js";

/** @typedef {import("../api.js").Schemas["Impact"]} Impact */
/** @typedef {import("../api.js").Schemas["Difference"]} Difference */

const ACTIONS = 4;

/** How many organizations are below the one of a difference. @param {Impact} impact @param {Difference} difference */
const below = (impact, difference) => impact.organizations.find(({ organization }) => organization?.id === difference.organization?.id)?.organizations_below ?? 0;

/** @param {Impact} impact @param {Difference} difference */
function place(impact, difference) {
  const n = below(impact, difference);
  const organization = difference.organization?.name ?? t("missing.organization");
  return rich(n > 0 ? "impact.atAndBelow" : "impact.at", { organization, n });
}

/** @param {string[]} ids */
const titles = (ids) => ids.map((id, nth) => [nth > 0 && ", ", html`<b>${permissionTitle(id)}</b>`]);

/** @param {{ actions: string[] }} props */
function Actions({ actions }) {
  if (!actions.length) return null;
  const rest = actions.length - ACTIONS;
  const some = actions.slice(0, rest > 1 ? ACTIONS : actions.length).map(actionName).join(" · ");
  return html`<span class="impact-actions">${some}${rest > 1 && ` · ${t("impact.moreActions", { n: rest })}`}</span>`;
}

/** @param {{ sign: "+" | "−" | "=", children: any }} props */
export function Line({ sign, children }) {
  const kind = { "+": "gain", "−": "loss", "=": "stay" }[sign];
  return html`<li class=${`impact-line impact-${kind}`}><span class="impact-sign" aria-hidden="true">${sign}</span><span><span class="only-read">${t(`impact.${kind}`)} </span>${children}</span></li>`;
}

/** What one person gains and loses. @param {{ impact: Impact }} props */
export function OnePerson({ impact }) {
  const one = (/** @type {"+" | "−"} */ sign) => (/** @type {Difference} */ difference) => html`
    <${Line} sign=${sign}>${difference.permissions.length
      ? [titles(difference.permissions), " ", place(impact, difference)]
      : rich(sign === "+" ? "impact.combineGain" : "impact.combineLoss", { place: place(impact, difference) })}
      <${Actions} actions=${difference.actions} /><//>`;
  return html`
    ${impact.gains.map(one("+"))}${impact.loses.map(one("−"))}
    ${!impact.complete && html`<li class="impact-line quiet"><span></span><span>${t("impact.more")}</span></li>`}`;
}

/** What the holders of a role gain and lose: in numbers, then by name. @param {{ impact: Impact, holders?: number | null }} props */
export function ManyPeople({ impact, holders }) {
  const gains = counted(impact, "gains");
  const loses = counted(impact, "loses");
  const none = impact.gaining === 0 && impact.losing === 0;
  return html`
    <div class="impact">
      <ul class="impact-lines">
        ${holders !== null && holders !== undefined && html`<${Line} sign="=">${t("impact.holders", { n: holders })}<//>`}
        ${gains.map(({ permission, n, place: at }) => html`<${Line} sign="+">${rich("impact.gainOne", { n, permission: html`<b>${permissionTitle(permission)}</b>` })}${at}<//>`)}
        ${loses.map(({ permission, n, place: at }) => html`<${Line} sign="−">${rich("impact.loseOne", { n, permission: html`<b>${permissionTitle(permission)}</b>` })}${at}<//>`)}
        ${none && html`<${Line} sign="=">${t("impact.nobody")}<//>`}
      </ul>
      ${!none && html`<${Fold} icon="people" title=${t("impact.byName")} end=${t("impact.people", { n: Math.max(impact.gaining, impact.losing) })}>
        <ul class="impact-lines">
          ${impact.gains.map((each) => html`<${Named} sign="+" impact=${impact} difference=${each} />`)}
          ${impact.loses.map((each) => html`<${Named} sign="−" impact=${impact} difference=${each} />`)}
        </ul>
        ${!impact.complete && html`<p class="quiet small">${t("impact.more")}</p>`}
      <//>`}
    </div>`;
}

/** @param {{ sign: "+" | "−", impact: Impact, difference: Difference }} props */
function Named({ sign, impact, difference }) {
  return html`<${Line} sign=${sign}><${Person} name=${difference.administrator?.name} /> <span class="quiet">${place(impact, difference)}</span><span class="impact-actions">${difference.permissions.length ? difference.permissions.map(permissionTitle).join(" · ") : t("impact.combined")}</span><//>`;
}

/**
 * How many people gain or lose each permission; with the place where there are several, since one person may be at two.
 * @param {Impact} impact @param {"gains" | "loses"} what
 */
function counted(impact, what) {
  const several = impact.organizations.length > 1;
  return impact.organizations.flatMap((at) => at[what].map(({ permission, administrators }) => ({
    permission,
    n: administrators,
    place: several ? html`<span class="quiet"> ${rich("impact.at", { organization: at.organization?.name ?? t("missing.organization") })}</span>` : "",
  })));
}

/** The server's warnings about a change. @param {{ warnings: import("../api.js").Schemas["Warning"][] }} props */
export function Warnings({ warnings }) {
  return warnings.map((one) => html`<p key=${one.code} class="impact-warning"><${Text} text=${one.message} /></p>`);
}
