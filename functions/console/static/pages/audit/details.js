// The details of an entry: its fields by their names in the API, and what differs between before and after.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { permissionTitle } from "../../session.js";
import { leadsSomewhere, withQuery } from "../../router.js";
import { Facts } from "../../components/facts.js";
import { Hash } from "../../components/hash.js";
import { Path } from "../../components/path.js";
import { Table } from "../../components/table.js";
import { Text } from "../../components/text.js";
import { Time } from "../../components/time.js";

/** @typedef {import("./sentences.js").Entry} Entry */
/** @typedef {import("./sentences.js").Names & { at: string }} Names `at`: the organization of the entry */
/** @typedef {Record<string, any>} Fields */

const ID = /^[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;
const HASH = /^[0-9a-f]{64}$/;
/** The pages of what an id names, by its first letters. @type {Record<string, string>} */
const PAGES = { req: "/requests/", cmp: "/computers/", adm: "/administrators/", org: "/organizations/", rol: "/roles/" };

/** @param {{ entry: Entry, names: import("./sentences.js").Names }} props */
export function Details({ entry, names: known }) {
  const names = { ...known, at: entry.organization_id };
  const { before, after, ...rest } = /** @type {Fields} */ (entry.detail);
  const whole = before && after ? {} : { ...(before ?? after) };
  const facts = [
    { name: t("audit.act"), value: html`<code>${entry.act}</code>` },
    { name: t("audit.organization"), value: html`<${Id} id=${entry.organization_id} names=${names} />` },
    { name: t("audit.from"), value: entry.address && html`<code>${entry.address}</code>` },
    { name: t("audit.token"), value: entry.actor.kind === "administrator" && entry.actor.api_token_id && html`<${Id} id=${entry.actor.api_token_id} names=${names} />` },
    { name: t("audit.concerns"), value: entry.about.length > 0 && html`<ul class="audit-values">${entry.about.map((id) => html`<li key=${id}><${Id} id=${id} names=${names} only /></li>`)}</ul>` },
    ...Object.entries({ ...whole, ...rest }).filter(([, value]) => !isEmpty(value) && !entry.about.includes(value)).map(([name, value]) => ({ name: html`<code>${name}</code>`, value: html`<${Value} value=${value} name=${name} names=${names} />` })),
    { name: t("audit.event"), value: html`<code>${entry.id}</code>` },
  ];
  const rows = before && after ? differences(before, after, names) : [];
  return html`
    <${Facts} facts=${facts} />
    ${rows.length > 0 && html`<div class="diff"><${Table} caption=${t("audit.changes")} columns=${columns()} rows=${rows} keyOf=${(/** @type {Difference} */ row) => row.name} /></div>`}`;
}

/** @typedef {{ name: string, before: any, after: any }} Difference */

/** @returns {import("../../components/table.js").Column<Difference>[]} */
const columns = () => [
  { title: t("audit.field"), card: "title", cell: (row) => html`<code>${row.name}</code>` },
  { title: t("audit.before"), cell: (row) => html`<del>${row.before}</del>` },
  { title: t("audit.after"), cell: (row) => html`<ins>${row.after}</ins>` },
];

/** @param {any} value */
const isEmpty = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** What differs, one line for each field; of lists, only what the other one does not have. @param {Fields} before @param {Fields} after @param {Names} names @returns {Difference[]} */
function differences(before, after, names) {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).map((name) => ({
    name,
    before: html`<${Value} value=${without(before[name], after[name])} name=${name} names=${names} />`,
    after: html`<${Value} value=${without(after[name], before[name])} name=${name} names=${names} />`,
  }));
}

/** @param {any} value @param {any} other */
function without(value, other) {
  if (!Array.isArray(value) || !Array.isArray(other)) return value;
  const known = new Set(other.map((one) => JSON.stringify(one)));
  const own = value.filter((one) => !known.has(JSON.stringify(one)));
  return own.length || value.length !== other.length ? own : value;
}

/** @param {{ value: any, name: string, names: Names }} props @returns {any} */
function Value({ value, name, names }) {
  if (isEmpty(value)) return html`<span class="quiet">${t("audit.nothing")}</span>`;
  if (typeof value === "boolean") return t(value ? "audit.yes" : "audit.no");
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return html`<ul class="audit-values">${value.map((one, nth) => html`<li key=${nth}><${Value} value=${one} name=${name} names=${names} /></li>`)}</ul>`;
  if (typeof value === "object") return html`<${Facts} facts=${Object.entries(value).map(([key, one]) => ({ name: html`<code>${key}</code>`, value: html`<${Value} value=${one} name=${key} names=${names} />` }))} />`;
  const text = String(value);
  if (ID.test(text)) return html`<${Id} id=${text} names=${names} />`;
  if (TIME.test(text)) return html`<${Time} at=${text} as="moment" />`;
  if (HASH.test(text)) return html`<${Hash} hash=${text} />`;
  if (name === "path") return html`<${Path} path=${text} />`;
  if (name === "permissions") return permissionTitle(text);
  return html`<${Text} text=${text} />`;
}

/** An id with its name where that is known, a link to its page, and one to everything about it. @param {{ id: string, names: Names, only?: boolean }} props */
function Id({ id, names, only }) {
  const name = names.people[id] ?? names.organizations[id] ?? names.groups[id] ?? names.roles[id] ?? names.computers[id];
  const kind = id.slice(0, 3);
  // A computer is found at its organization alone.
  const href = `${PAGES[kind] ?? "/nowhere/"}${id}`;
  const address = kind === "cmp" ? `${href}?organization=${names.at}` : href;
  const shown = html`${name && html`<${Text} text=${name} /> `}<code>${id}</code>`;
  return html`
    <span class="audit-id">${leadsSomewhere(href) ? html`<a href=${address}>${shown}</a>` : shown}
      ${only && html` <a class="small" href=${withQuery({ about: id, entry: null })} aria-label=${t("audit.only", { id: name ?? id })}>${t("audit.onlyThis")}</a>`}</span>`;
}
