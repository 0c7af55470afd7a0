// One integration: its address for policies, how it is doing, a test, and what can be done with it.

import { html, useSignal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { HealthBadge, HealthWords, TestAnswer } from "../../messages/health.js";
import { Button } from "../../components/button.js";
import { Copy } from "../../components/copy.js";
import { Menu } from "../../components/menu.js";
import { words } from "../../components/problem.js";
import { Text, plainly } from "../../components/text.js";

/** @param {{ one: import("./page.js").Integration, may: import("../../may.js").May, changed: () => unknown, onReplace: () => void, onDelete: () => void }} props */
export function IntegrationRow({ one, may, changed, onReplace, onDelete }) {
  const tested = useSignal(/** @type {import("../../messages/health.js").Tested | null} */ (null));
  const busy = tested.value?.state === "sending";
  const test = async () => {
    tested.value = { address: one.address, state: "sending", answer: "" };
    try {
      const { accepted, answer } = await api.post("/v1/organizations/{organization_id}/integrations/{integration_id}/test", { params: { organization_id: one.organization_id, integration_id: one.id }, timeLimit: 60_000 });
      tested.value = { address: one.address, state: accepted ? "accepted" : "refused", answer };
    } catch (problem) {
      tested.value = { address: one.address, state: "refused", answer: words(problem) };
    }
    changed();
  };
  const name = plainly(one.name);
  return html`
    <li class="integration">
      <div class="integration-what"><b><${Text} text=${one.name} /></b> <span class="quiet">${t(`integrations.kind.${one.kind}`)}</span></div>
      <div class="address-copy small"><code><${Text} text=${one.address} /></code><${Copy} text=${one.address} label=${t("integrations.copyAddress", { address: one.address })} alone /></div>
      <${HealthWords} one=${one} />
      <${HealthBadge} one=${one} />
      <div class="row"><${Button} size="small" busy=${busy} off=${may.off("integrations.create")} label=${t("test.of", { channel: one.address })} onClick=${test}>${t("test.short")}<//>
        <${Menu} label=${t("integrations.menu", { name })} items=${[
          { label: t("integrations.replace"), icon: "again", off: may.off("integrations.create"), onClick: onReplace },
          { label: t("integrations.delete"), icon: "close", bad: true, off: may.off("integrations.delete"), onClick: onDelete },
        ]} /></div>
      <${TestAnswer} tested=${tested.value} />
    </li>`;
}
