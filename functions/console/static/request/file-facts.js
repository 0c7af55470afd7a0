// What a request says of its file or device, and who asks for it: what is read by those who look closer.

import { html } from "../ui.js";
import { rich, t } from "../i18n.js";
import { size } from "../format.js";
import { Facts } from "../components/facts.js";
import { Hash } from "../components/hash.js";
import { Icon } from "../components/icon.js";
import { Path } from "../components/path.js";
import { Text } from "../components/text.js";
import { Time } from "../components/time.js";
import { commonName } from "./facts.js";

/** @typedef {import("../api.js").Schemas["RequestView"]} Request */

/** Everybody who asks, with when and whether they withdrew. @param {{ request: Request }} props */
export function Requesters({ request }) {
  return html`
    <ul class="requesters">
      ${request.requesters.map((one) => html`
        <li key=${one.username}><${Text} text=${one.username} />${one.email && html` <span class="quiet small"><${Text} text=${one.email} /></span>`}
          <span class="quiet small">${one.withdrawn_at ? rich("request.withdrew", { time: html`<${Time} at=${one.withdrawn_at} />` }) : rich(one.count > 1 ? "request.askedTimes" : "request.asked", { n: one.count, time: html`<${Time} at=${one.asked_at} />` })}</span></li>`)}
      ${request.more_requesters > 0 && html`<li class="quiet">${t("request.moreRequesters", { n: request.more_requesters })}</li>`}
    </ul>`;
}

/** The facts about the file or device, as pairs for `<Facts>`. @param {Request} request @param {{ boxed?: boolean }} [how] */
export function fileFacts(request, { boxed = false } = {}) {
  const { subject } = request;
  const text = (/** @type {string | null | undefined} */ value) => value && html`<${Text} text=${value} />`;
  const version = [subject.product, subject.version].filter(Boolean).join(" ");
  return [
    !boxed && subject.path && { name: t("file.path"), value: html`<${Path} path=${subject.path} />` },
    !boxed && subject.sha256 && { name: "SHA-256", value: html`<${Hash} hash=${subject.sha256} />` },
    ...subject.signers.map((signer) => ({ name: t("file.signer"), value: html`<${Signer} signer=${signer} />` })),
    !subject.signers.length && subject.certificate && { name: t("file.signer"), value: html`<${Text} text=${subject.certificate} /> <span class="quiet">${t("signature.reportedOnly")}</span>` },
    version && { name: t("file.product"), value: html`<${Text} text=${version} />${subject.publisher && html` <span class="quiet">${rich("file.says", { publisher: subject.publisher })}</span>`}` },
    subject.device && { name: t("file.device"), value: html`<code><${Text} text=${subject.device.id} /></code>` },
    subject.account && { name: t("file.account"), value: text(subject.account) },
    subject.command_line && { name: t("file.command"), value: html`<${Path} path=${subject.command_line} />` },
    subject.calling_process && { name: t("file.startedBy"), value: html`<${Path} path=${subject.calling_process} />` },
    subject.origin && { name: t("file.origin"), value: text(subject.origin) },
    subject.cut && { name: t("file.cut"), value: t("file.cutWords") },
  ];
}

/** @param {{ signer: Request["subject"]["signers"][0] }} props */
function Signer({ signer }) {
  const parts = [
    signer.issuer && rich("signer.issuedBy", { issuer: commonName(signer.issuer) ?? "" }),
    signer.valid_until && rich("signer.validUntil", { day: html`<${Time} at=${signer.valid_until} as="day" />` }),
    !signer.verified && t("signer.notVerified"),
  ].filter(Boolean);
  return html`<b><${Text} text=${commonName(signer.subject) ?? t("signer.unnamed")} /></b><span class="quiet">${parts.map((part) => [" · ", part])}</span>`;
}

/** The copy of the file: a download, or why there is none. @param {{ request: Request }} props */
export function Attachment({ request }) {
  const { state, size: bytes } = request.attachment;
  if (state === "verified") return html`<a class="button button-plain button-small" href=${`/v1/requests/${request.id}/attachment`} download><${Icon} name="download" small />${t("attachment.download", { size: bytes ? size(bytes) : "" })}</a>`;
  return html`<span>${t(state === "expected" ? "attachment.expected" : state === "too_large" ? "attachment.tooLarge" : "attachment.none")}</span>`;
}

/** All of it, on a phone. @param {{ request: Request }} props */
export function FileDetails({ request }) {
  const { subject } = request;
  return html`
    <div class="stack">
      ${subject.path && html`<div><${Path} path=${subject.path} boxed /></div>`}
      ${subject.sha256 && html`<${Hash} hash=${subject.sha256} boxed />`}
      <${Facts} facts=${[...fileFacts(request, { boxed: true }), request.policy && { name: t("fact.blockedBy"), value: html`<${Text} text=${request.policy.name} />` }]} />
      <p><${Attachment} request=${request} /></p>
    </div>`;
}
