// Connecting a computer: a key for one of them, and the command that enrolls it. The key is shown once: after a reload there is a new one.

import { html, signal } from "../../ui.js";
import { t } from "../../i18n.js";
import { api } from "../../api.js";
import { useMay } from "../../may.js";
import { namesOf } from "../../places.js";
import { useSending } from "../../sending.js";
import { enrollCommand, system } from "../../fleet/agent.js";
import { Button } from "../../components/button.js";
import { Note } from "../../components/note.js";
import { Command, Waiting } from "./command.js";

const HOUR = 3_600_000;

/** The key that was made on this visit, with its group. */
const made = signal(/** @type {{ group: string, key: string, until: number } | null} */ (null));

/** @param {{ state: import("./state.js").State }} props */
export function Connect({ state }) {
  const { organization, group } = state;
  const sending = useSending({ names: namesOf([organization]) });
  const off = useMay(organization.id, ["computers.enroll"], namesOf([organization])).off("computers.enroll");
  const present = made.value && made.value.group === group?.id && made.value.until > Date.now() ? made.value : null;
  const make = () => sending.send(async () => {
    const until = Date.now() + HOUR;
    const params = { organization_id: organization.id, group_id: group?.id ?? "" };
    const body = { name: t("steps.keyName"), expires_at: new Date(until).toISOString(), max_uses: 1 };
    const { key } = await api.post("/v1/organizations/{organization_id}/groups/{group_id}/enrollment-keys", { params, body });
    made.value = { group: params.group_id, key, until };
  });
  if (present) return html`<${Command} command=${enrollCommand(system.value, present.key)} /><${Waiting}>${t("steps.waitingComputer")}<//>`;
  return html`
    <p class="small">${t("steps.connectHint")}</p>
    ${off && html`<${Note} icon="lock">${off}<//>`}
    <div><${Button} kind="primary" busy=${sending.busy} off=${off && true} onClick=${make}>${t("steps.connectDo")}<//></div>
    ${sending.problem}`;
}
