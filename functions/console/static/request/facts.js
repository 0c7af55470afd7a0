// What is asked for, by whom, where and why: the parts that the request's page and the panel beside the list share.

import { html } from "../ui.js";
import { rich, t } from "../i18n.js";
import { size, span } from "../format.js";
import { Badge } from "../components/badge.js";
import { Icon } from "../components/icon.js";
import { Quote, Text } from "../components/text.js";

/** @typedef {import("../api.js").Schemas["RequestView"]} Request */

/** The common name of a certificate's subject. @param {string | null | undefined} subject */
export function commonName(subject) {
  const found = /(?:^|,\s*)CN=("(?:[^"]|"")*"|[^,]*)/.exec(subject ?? "");
  return (found ? found[1].replace(/^"|"$/g, "") : subject) || null;
}

/** The first signature that the agent has verified, or else the first one. @param {Request} request */
export function signerOf({ subject }) {
  const verified = subject.signers.find((signer) => signer.verified);
  const first = verified ?? subject.signers[0];
  const name = commonName(first?.subject ?? subject.certificate);
  return { name, verified: Boolean(verified) };
}

/** Who signed it, and whether the agent has verified that; the normal case is quiet. @param {{ request: Request, short?: boolean }} props */
export function Signature({ request, short }) {
  const { subject } = request;
  const more = [subject.size && size(subject.size), request.kind === "elevation" && subject.duration_seconds && span(subject.duration_seconds)].filter(Boolean);
  const tail = more.map((one) => ` · ${one}`).join("");
  if (subject.device) return html`<span class="signature">${deviceWords(subject, request)}</span>`;
  const { name, verified } = signerOf(request);
  if (name && verified) return html`<span class="signature"><span class="seal"><${Icon} name="seal" small /><${Text} text=${name} /></span> <span>${t(short ? "signature.verifiedShort" : "signature.verified")}${tail}</span></span>`;
  if (name) return html`<span class="signature"><${Badge} kind="warn">${t("signature.unverified")}<//> <span>${rich("signature.claims", { name })}${tail}</span></span>`;
  return html`<span class="signature"><${Badge} kind="warn">${t("badge.unsigned")}<//> <span>${tail.replace(/^ · /, "")}</span></span>`;
}

/** @param {Request["subject"]} subject @param {Request} request */
function deviceWords(subject, request) {
  const { vendor, product, encrypted } = subject.device ?? {};
  const parts = [request.subject.access && t(`access.${request.subject.access}`), [vendor, product].filter(Boolean).join(" "), encrypted === false && t("device.notEncrypted"), encrypted && t("device.encrypted")];
  return parts.filter(Boolean).map((part, nth) => [nth > 0 && " · ", html`<${Text} text=${String(part)} />`]);
}

/** Those who ask, or else those who did: who asked first comes first. @param {Request} request */
export function askersOf({ requesters }) {
  const asking = requesters.filter((one) => !one.withdrawn_at);
  return asking.length ? asking : requesters;
}

/** Who asks, at a glance: the first of them, and how many more. @param {{ request: Request }} props */
export function WhoAsks({ request }) {
  const asking = askersOf(request);
  const others = asking.length - 1 + request.more_requesters;
  return html`<${Text} text=${asking[0].username} />${others > 0 && html` <span class="quiet">${t("fact.andMore", { n: others })}</span>`}`;
}

/** The reasons of those who ask: one as it is, several with the name of who gave each. @param {{ request: Request }} props */
export function Reasons({ request }) {
  const given = askersOf(request).filter((one) => one.reason);
  if (!given.length) return html`<p class="quiet">${t("request.noReason")}</p>`;
  const several = request.requesters.length > 1;
  return html`<div class="reasons">${given.map((one) => html`<div key=${one.username}><${Quote} text=${one.reason ?? ""} />${several && html`<p class="reason-by"><${Text} text=${one.username} /></p>`}</div>`)}</div>`;
}
