// The page of a request while it is read: what the list knows of it, and where the decision will be.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { EarlyButtons, EarlyFacts } from "../../request/early.js";
import { list } from "../../request/queue.js";
import { useNoTabs } from "../../shell/phone-tabs.js";
import { useNarrow } from "../../components/narrow.js";
import { PageHead } from "../../components/page-head.js";
import { Sheet } from "../../components/sheet.js";
import { WholeName, nameInPlain } from "../../components/text.js";

const nothing = () => undefined;

/** @param {{ row: import("../../request/early.js").Row }} props */
export function Early({ row }) {
  const narrow = useNarrow();
  useNoTabs(narrow);
  const { name } = row.subject;
  return html`
    <${PageHead} title=${nameInPlain(name)} shown=${html`<${WholeName} name=${name} />`} back=${{ href: list.address, label: t("nav.approvals") }} />
    <div class="page-body"><${EarlyFacts} row=${row} />${!narrow && html`<${EarlyButtons} row=${row} size="normal" />`}</div>
    ${narrow && html`<${Sheet} title=${t("decide.title")} open=${false} folded=${null} foot=${html`<${EarlyButtons} row=${row} />`} onOpen=${nothing} onFold=${nothing} />`}`;
}
