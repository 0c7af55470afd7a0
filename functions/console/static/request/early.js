// What a list knows of a request, shown at once while the request itself is read. Nothing can be decided before that is there.

import { html } from "../ui.js";
import { t } from "../i18n.js";
import { computerName } from "../format.js";
import { Button } from "../components/button.js";
import { Facts } from "../components/facts.js";
import { Skeleton } from "../components/loaded.js";
import { Place } from "../components/place.js";
import { Quote, Text } from "../components/text.js";
import { Time } from "../components/time.js";

/** @typedef {import("../api.js").Schemas["RequestRow"]} Row */

/** Who, where and why; grey bars stand for the rest. @param {{ row: Row }} props */
export function EarlyFacts({ row }) {
  const { requester, other_requesters: others, details } = row;
  const facts = [
    { name: t("fact.who"), value: html`<${Text} text=${requester.username} />${others > 0 && html` <span class="quiet">${t("fact.andMore", { n: others })}</span>`} <span class="small quiet">${t("request.askedLabel")} <${Time} at=${row.created_at} /></span>` },
    { name: t("fact.where"), value: html`<${Place} computer=${computerName(row.computer)} organization=${row.organization.name} />` },
  ];
  return html`
    ${details?.reason && html`<div class="reasons"><${Quote} text=${details.reason} /></div>`}
    <${Facts} facts=${facts} />
    <${Skeleton} />`;
}

/** Where the decision will be. @param {{ row: Row, size?: "normal" | "large" }} props */
export function EarlyButtons({ row, size = "large" }) {
  if (row.status !== "pending") return null;
  const off = t("loading");
  return html`<div class="acts"><${Button} kind="deny" size=${size} off=${off}>${t("deny.do")}<//><${Button} kind="primary" size=${size} off=${off}>${t("approve.do")}<//></div>`;
}
