// Deleting a rule: what people decide from then on.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { Confirm } from "../../components/confirm.js";
import { plainly } from "../../components/text.js";
import { decides } from "../../rules/words.js";

/** @param {{ rule: import("./page.js").Rule, names: Record<string, string>, onClose: () => void, onDone: () => void, reload: () => unknown, off?: any }} props */
export function DeleteRule({ rule, names, onClose, onDone, reload, off }) {
  const work = () => api.delete("/v1/rules/{rule_id}", { params: { rule_id: rule.id }, ifMatch: rule.revision });
  return html`
    <${Confirm} title=${t("ruleDelete.title", { name: plainly(rule.name) })} action=${t("ruleDelete.do")} safe=${t("ruleDelete.keep")} work=${work} onDone=${onDone} onClose=${onClose} names=${names} reload=${reload} off=${off}>
      <p>${decides(rule)}. ${t("ruleDelete.used", { n: rule.uses })}</p>
      <p class="quiet">${t("ruleDelete.words")} ${t("ruleDelete.undo")}</p>
    <//>`;
}
