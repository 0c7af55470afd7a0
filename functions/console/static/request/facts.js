// What is asked for, by whom, where and why: the parts that the request's page and the panel beside the list share.

import { html } from "../ui.js";
import { rich, t } from "../i18n.js";
import { size, span } from "../format.js";
import { Badge } from "../components/badge.js";
import { Hash } from "../components/hash.js";
import { Icon } from "../components/icon.js";
import { Path } from "../components/path.js";
import { Quote, Text } from "../components/text.js";
import { Time } from "../components/time.js";

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

/** The reasons: one as it is, several with the name of who gave each. @param {{ request: Request }} props */
export function Reasons({ request }) {
  const given = request.requesters.filter((one) => one.reason && !one.withdrawn_at);
  if (!given.length) return html`<p class="quiet">${t("request.noReason")}</p>`;
  const several = request.requesters.length > 1;
  return html`<div class="reasons">${given.map((one) => html`<div key=${one.username}><${Quote} text=${one.reason ?? ""} />${several && html`<p class="reason-by"><${Text} text=${one.username} /></p>`}</div>`)}</div>`;
}

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
