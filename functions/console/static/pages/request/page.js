// `/requests/{id}`: one request, and its decision.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { useResource } from "../../resource.js";
import { Card } from "../../components/card.js";
import { Facts } from "../../components/facts.js";
import { Loaded } from "../../components/loaded.js";
import { PageHead } from "../../components/page-head.js";
import { WholeName } from "../../components/text.js";
import { Reasons, Signature, fileFacts } from "../../request/facts.js";

/** @param {{ params: { id: string } }} props */
export default function RequestPage({ params }) {
  const request = useResource((signal) => api.get("/v1/requests/{request_id}", { params: { request_id: params.id }, signal }), [params.id]);
  return html`
    <${Loaded} resource=${request} rows=${5}>${(/** @type {import("../../request/facts.js").Request} */ one) => html`
      <${PageHead} title=${one.subject.name} shown=${html`<${WholeName} name=${one.subject.name} />`} back=${{ href: "/requests", label: t("approvals.title") }} beside=${html`<${Signature} request=${one} />`} />
      <div class="page-body page-column">
        <${Reasons} request=${one} />
        <${Card} title=${t("file.title")}><${Facts} facts=${fileFacts(one)} /><//>
      </div>`}
    <//>`;
}
