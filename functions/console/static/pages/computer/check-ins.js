// The past check-ins of a computer: read when they are opened.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { usePages } from "../../pages.js";
import { Card } from "../../components/card.js";
import { Fold } from "../../components/fold.js";
import { Loaded } from "../../components/loaded.js";
import { ShowMore } from "../../components/more.js";
import { Missing } from "../../components/problem.js";
import { Table } from "../../components/table.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";

/** @typedef {import("../../api.js").Schemas["PastCheckIn"]} CheckIn */

/** @param {import("./page.js").PartProps} props */
export function CheckIns(props) {
  const open = useSignal(false);
  const missing = props.may.missing("checkin-history.view");
  return html`
    <${Card} padded=${false}>
      <${Fold} icon="clock" title=${t("checkIns.title")} open=${open.value} onToggle=${(/** @type {boolean} */ now) => { open.value = now; }}>
        ${missing.length > 0 && html`<${Missing} missing=${missing} names=${props.names} />`}
        ${open.value && !missing.length && html`<${History} ...${props} />`}
      <//>
    <//>`;
}

/** @param {import("./page.js").PartProps} props */
function History({ computer, names }) {
  const params = { organization_id: computer.organization_id, computer_id: computer.id };
  const list = usePages((cursor, signal) => api.get("/v1/organizations/{organization_id}/computers/{computer_id}/check-ins", { params, query: { cursor }, signal }), [computer.id]);
  /** @type {import("../../components/table.js").Column<CheckIn>[]} */
  const columns = [
    { title: t("checkIns.at"), card: "title", width: "32%", cell: (one) => html`<${Time} at=${one.at} as="moment" />` },
    { title: t("checkIns.address"), width: "30%", cell: (one) => html`<${Text} text=${one.address ?? "–"} mono />` },
    { title: t("checkIns.agent"), card: "more", width: "20%", cell: (one) => html`<${Text} text=${one.agent_version ?? "–"} />` },
    { title: t("checkIns.policies"), end: true, cell: (one) => one.policy_version ?? "–" },
  ];
  return html`
    <${Loaded} resource=${list} names=${names}>${(/** @type {{ items: CheckIn[] }} */ { items }) => (items.length
      ? html`<${Table} caption=${t("checkIns.title")} columns=${columns} rows=${items} more=${list.data?.cursor !== null} keyOf=${(/** @type {CheckIn} */ one) => one.at} />`
      : html`<p class="quiet">${t("checkIns.none")}</p>`)}<//>
    <${ShowMore} list=${list} />`;
}
