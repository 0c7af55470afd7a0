// What has to be settled: a second computer with a name that is taken, or a token that several computers used.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { computerName } from "../../format.js";
import { api } from "../../api.js";
import { lastAddress } from "../../fleet/last-address.js";
import { useResource } from "../../resource.js";
import { Button } from "../../components/button.js";
import { Confirm } from "../../components/confirm.js";
import { useOpening } from "../../components/opening.js";
import { Missing } from "../../components/problem.js";
import { Note } from "../../components/note.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";

/** @typedef {import("./page.js").Computer} Computer */

/** @param {import("./page.js").PartProps} props */
export function Settle(props) {
  const { computer } = props;
  if (computer.cloned_at) return html`<${Note} kind="bad" title=${rich("settle.cloned", { time: html`<${Time} at=${computer.cloned_at} />` })}><p>${t("settle.clonedWords")}</p><//>`;
  return computer.unconfirmed ? html`<${Unconfirmed} ...${props} />` : null;
}

/** @param {import("./page.js").PartProps} props */
function Unconfirmed({ computer, may, names, reload }) {
  const open = useOpening(/** @type {"another" | "replaces" | null} */ (null));
  const params = { organization_id: computer.organization_id, computer_id: computer.twin_of ?? "" };
  const twin = useResource(async (signal) => (computer.twin_of ? api.get("/v1/organizations/{organization_id}/computers/{computer_id}", { params, signal }) : null), [computer.twin_of]);
  const close = open.close;
  const done = () => {
    close();
    reload();
  };
  const off = may.off("computers.confirm");
  const offReplace = off ?? may.off("computers.delete");
  const confirm = (/** @type {string | null} */ replaces) => () => api.post("/v1/organizations/{organization_id}/computers/{computer_id}/confirm", { params: { organization_id: computer.organization_id, computer_id: computer.id }, body: { replaces }, ifMatch: computer.revision });
  return html`
    <${Note} kind="warn" title=${rich("settle.twin", { computer: computer.hostname })}>
      <p>${t("settle.twinWords")}</p>
      ${twin.data && html`<${Compare} computer=${computer} twin=${twin.data} />`}
      ${off && html`<${Missing} missing=${may.missing("computers.confirm")} names=${names} />`}
      ${!off && offReplace && html`<${Missing} missing=${may.missing("computers.delete")} names=${names} />`}
      <div class="row row-wrap settle-buttons">
        <${Button} size="small" off=${off} onClick=${() => { open.show("another"); }}>${t("settle.another")}<//>
        ${twin.data && html`<${Button} size="small" off=${offReplace} onClick=${() => { open.show("replaces"); }}>${t("settle.replaces")}<//>`}
      </div>
    <//>
    ${open.what === "another" && html`<${Confirm} kind="primary" title=${t("settle.anotherTitle", { computer: computerName(computer) })} action=${t("settle.another")} work=${confirm(null)} onDone=${done} onClose=${close} names=${names} reload=${reload}><p>${t("settle.anotherWords")}</p><//>`}
    ${open.what === "replaces" && twin.data && html`<${Confirm} title=${t("settle.replacesTitle", { computer: computerName(computer) })} action=${t("settle.replaces")} work=${confirm(twin.data.id)} onDone=${done} onClose=${close} names=${names} reload=${reload}><p>${t("settle.replacesWords")}</p><//>`}`;
}

/** From where a computer checked in last. @param {{ computer: Computer }} props */
function From({ computer }) {
  const params = { organization_id: computer.organization_id, computer_id: computer.id };
  const last = useResource((signal) => lastAddress(params, signal), [computer.id]);
  return last.data ? html`<${Text} text=${last.data} />` : t("settle.unknown");
}

/** The two side by side. @param {{ computer: Computer, twin: Computer }} props */
function Compare({ computer, twin }) {
  const seen = (/** @type {Computer} */ one) => (one.last_check_in ? html`<${Time} at=${one.last_check_in} />` : t("computer.neverYet"));
  const rows = /** @type {const} */ ([
    [t("settle.enrolled"), html`<${Time} at=${computer.enrolled_at} as="moment" />`, html`<${Time} at=${twin.enrolled_at} as="moment" />`],
    [t("settle.seen"), seen(computer), seen(twin)],
    [t("settle.from"), html`<${From} computer=${computer} />`, html`<${From} computer=${twin} />`],
    [t("settle.os"), html`<${Text} text=${computer.os} />`, html`<${Text} text=${twin.os} />`],
  ]);
  return html`
    <table class="compare"><caption class="only-read">${t("settle.compare")}</caption>
      <thead><tr><td></td><th scope="col">${t("settle.this")}</th><th scope="col"><a href=${`/computers/${twin.id}?organization=${twin.organization_id}`}>${t("settle.other")}</a></th></tr></thead>
      <tbody>${rows.map(([name, mine, its]) => html`<tr key=${name}><th scope="row">${name}</th><td>${mine}</td><td>${its}</td></tr>`)}</tbody>
    </table>`;
}
