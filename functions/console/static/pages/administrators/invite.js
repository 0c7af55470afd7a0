// Inviting an administrator: who, and where they belong. What they may do is given on their own page, or already now.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api, newKey } from "../../api.js";
import { navigate } from "../../router.js";
import { useMay } from "../../may.js";
import { choices, namesOf } from "../../places.js";
import { Button } from "../../components/button.js";
import { Check } from "../../components/check.js";
import { Dialog } from "../../components/dialog.js";
import { Field } from "../../components/field.js";
import { Form } from "../../components/form.js";
import { Note } from "../../components/note.js";
import { errorAt } from "../../components/problem.js";
import { LongSelect } from "../../components/long-select.js";

/** @typedef {{ id: string, name: string }} Organization */

/** @param {{ organization: Organization | null, places: Organization[], onInvited: () => void, onClose: () => void }} props */
export function Invite({ organization, places, onInvited, onClose }) {
  const email = useSignal("");
  const name = useSignal("");
  const at = useSignal(organization?.id ?? "");
  const told = useSignal(true);
  const key = useSignal(newKey());
  const invited = useSignal(/** @type {import("../../api.js").Schemas["AdministratorView"] | null} */ (null));
  const place = places.find(({ id }) => id === at.value) ?? null;
  const off = useMay(place?.id, ["administrators.invite"], namesOf(places)).off("administrators.invite");
  const change = (/** @type {import("@preact/signals").Signal<any>} */ into) => (/** @type {any} */ value) => {
    into.value = value;
    key.value = newKey();
  };
  const send = async () => {
    invited.value = await api.post("/v1/administrators", { key: key.value, body: { email: email.value.trim(), name: name.value.trim(), organization_id: at.value, permissions: [], notify_on_request: told.value } });
    onInvited();
  };
  const done = invited.value;
  if (done) {
    const open = () => {
      onClose();
      navigate(`/administrators/${done.id}/permissions`);
    };
    return html`
      <${Dialog} title=${t("invite.done")} onClose=${onClose} actions=${html`<${Button} onClick=${onClose}>${t("invite.close")}<//><${Button} kind="primary" onClick=${open}>${t("invite.give")}<//>`}>
        <${Note} kind="good">${rich("invite.doneWords", { email: done.email, name: done.name })}<//>
      <//>`;
  }
  return html`
    <${Dialog} title=${t("admins.invite")} onClose=${onClose} actions=${null}>
      <${Form} label=${t("admins.invite")} onSubmit=${send}>${(/** @type {{ busy: boolean, problem: unknown }} */ { busy, problem }) => html`
        <${Field} label=${t("invite.email")} name="email" type="email" required maxlength="254" autocomplete="off" takesFocus value=${email.value} onInput=${change(email)} error=${errorAt(problem, "/email")} />
        <${Field} label=${t("invite.name")} name="name" required maxlength="200" autocomplete="off" value=${name.value} onInput=${change(name)} error=${errorAt(problem, "/name")} />
        <${LongSelect} label=${t("people.organization")} value=${at.value} options=${choices(places, organization)} onChange=${change(at)} />
        <${Check} checked=${told.value} onChange=${change(told)}>${t("invite.notify")}<//>
        ${off && html`<${Note} icon="lock">${off}<//>`}
        <p class="quiet small">${t("invite.words")}</p>
        <div class="dialog-actions">
          <${Button} onClick=${onClose}>${t("confirm.cancel")}<//>
          <${Button} type="submit" kind="primary" busy=${busy} off=${off}>${t("invite.do")}<//>
        </div>`}<//>
    <//>`;
}
