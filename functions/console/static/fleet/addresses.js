// A list of addresses that are notified: add, test, take out. A test is sent at once, also before the list is saved.

import { html, useSignal } from "../ui.js";
import { t } from "../i18n.js";
import { api } from "../api.js";
import { useMay } from "../may.js";
import { Button } from "../components/button.js";
import { Icon } from "../components/icon.js";
import { Refusals } from "../components/refusals.js";
import { Text, plainly } from "../components/text.js";
import { words } from "../components/problem.js";

/** @typedef {{ state: "sending" | "reached" | "refused", answer: string }} Tried */

/**
 * @param {{
 *   organization: string, addresses: string[], onChange: (addresses: string[]) => void, off?: any, problem?: string, live?: string[],
 *   add?: string, testAtOnce?: boolean, names?: Record<string, string>, typed?: string, onType?: (typed: string) => void
 * }} props `live`: those that count already; the others are marked as new; `testAtOnce`: an address is added to be tested; `names`: of
 * organizations, by their id; `typed`: what is written and not added yet, where it is saved with the others (`withTyped`)
 */
export function Addresses({ organization, addresses, onChange, off, problem, live, add, testAtOnce, names, typed: given, onType }) {
  const own = useSignal("");
  const typed = given ?? own.value;
  const type = onType ?? ((/** @type {string} */ text) => { own.value = text; });
  const tried = useSignal(/** @type {Record<string, Tried>} */ ({}));
  const may = useMay(organization, ["integrations.create"], names);
  const offTest = may.off("integrations.create");
  const offAdd = off ?? (testAtOnce ? offTest : undefined);
  const mark = (/** @type {string} */ address, /** @type {Tried} */ state) => { tried.value = { ...tried.value, [address]: state }; };
  const test = async (/** @type {string} */ address) => {
    mark(address, { state: "sending", answer: "" });
    try {
      const { accepted, answer } = await api.post("/v1/notifications/test", { body: { organization_id: organization, address } });
      mark(address, { state: accepted ? "reached" : "refused", answer });
    } catch (caught) {
      mark(address, { state: "refused", answer: words(caught) });
    }
  };
  const put = () => {
    const address = typed.trim();
    if (!address || offAdd) return;
    onChange(withTyped(addresses, typed));
    type("");
    if (testAtOnce) test(address);
  };
  const keys = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || event.ctrlKey) return;
    event.preventDefault();
    put();
  };
  return html`
    <div class="addresses">
      <div class="addresses-add">
        <input class="input" aria-label=${t("addresses.label")} placeholder=${t("addresses.placeholder")} value=${typed} readonly=${Boolean(offAdd)} autocomplete="off" spellcheck=${false} onInput=${(/** @type {any} */ event) => type(event.target.value)} onKeyDown=${keys} />
        <${Button} off=${offAdd} onClick=${put}>${add ?? t("addresses.add")}<//>
      </div>
      ${problem && html`<p class="field-error padded-line">${problem}</p>`}
      <ul>${addresses.map((address) => html`<${Row} key=${address} address=${address} isNew=${live && !live.includes(address)} tried=${tried.value[address]} off=${off} offTest=${offTest} onTest=${() => test(address)} onDrop=${() => onChange(addresses.filter((one) => one !== address))} />`)}</ul>
      ${(testAtOnce || addresses.length > 0) && html`<${Refusals} may=${may} names=${names} actions=${[["integrations.create", t("addresses.test")]]} />`}
    </div>`;
}

/** With what is written and was not added, as saving means it too. @param {string[]} addresses @param {string} typed */
export const withTyped = (addresses, typed) => [...new Set([...addresses, ...[typed.trim()].filter(Boolean)])];

const ICONS = /** @type {const} */ ([["sms:", "note"], ["slack:", "people"], ["teams:", "people"], ["webhook:", "link"], ["pagerduty:", "warning"]]);

/** @param {string} address */
const iconOf = (address) => ICONS.find(([start]) => address.startsWith(start))?.[1] ?? "mail";

/** @param {{ address: string, isNew?: boolean, tried?: Tried, off?: any, offTest?: any, onTest: () => void, onDrop: () => void }} props */
function Row({ address, isNew, tried, off, offTest, onTest, onDrop }) {
  return html`
    <li class="address">
      <${Icon} name=${iconOf(address)} small />
      <span class="address-words"><${Text} text=${address} />${isNew && html` <span class="badge badge-good">${t("addresses.new")}</span>`}
        ${tried && tried.state !== "sending" && html`<span class="small address-state" role="status"><span class=${tried.state === "reached" ? "dot" : "dot dot-bad"}></span><span>${t(`addresses.${tried.state}`)} <${Text} text=${tried.answer} /></span></span>`}</span>
      <${Button} size="small" kind="bare" busy=${tried?.state === "sending"} off=${offTest} label=${t("addresses.testOne", { address: plainly(address) })} onClick=${onTest}>${t("addresses.test")}<//>
      <${Button} size="small" kind="bare" icon="close" off=${off} label=${t("addresses.drop", { address: plainly(address) })} onClick=${onDrop} />
    </li>`;
}
