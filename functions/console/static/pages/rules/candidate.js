// What could be a rule: a file that was asked for often in the past 30 days and always approved. Looked for where nobody made a rule yet.

import { html } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api } from "../../api.js";
import { may } from "../../may.js";
import { useResource } from "../../resource.js";
import { ruleOf, valuesFor } from "../../rules/contents.js";
import { tryRule } from "../../rules/dry-run.js";
import { catalogue, who } from "../../session.js";
import { Empty } from "../../components/empty.js";
import { shortHash } from "../../components/hash.js";

/** @typedef {import("../../api.js").Schemas["ReportedFile"]} File */
/** @typedef {{ sha256: string, name: string, n: number }} Candidate */

/** Fewer approvals are not worth a rule. */
const LEAST = 3;
/** So many files are tried, those that were asked for most. */
const FILES = 3;
/** So many times a thousand requests are looked at for each. Where there are more, it is not known how all of them were decided. */
const PAGES = 5;

/** @param {{ organization: string, off: any, rest: (second: boolean) => any }} props `off`: why the reader may make no rule; `rest`: what else can be done, with or without a first thing to do */
export function Suggestion({ organization, off, rest }) {
  // Without an answer there is no candidate, and the general words stay.
  const found = useResource((signal) => find(organization, signal), [organization]);
  const one = off ? null : found.data;
  const address = one && `/rules/new?${new URLSearchParams({ organization, sha256: one.sha256, name: one.name })}`;
  const action = html`<div class="stack">${address && html`<div><a class="button button-primary" href=${address}>${t("rules.tryIt")}</a></div>`}${rest(Boolean(one))}</div>`;
  return html`<${Empty} title=${t("rules.none")} action=${action}>${one ? rich("rules.candidate", { n: one.n, name: one.name || shortHash(one.sha256) }) : t("rules.noneWords")}<//>`;
}

/** @param {string} organization @param {AbortSignal} signal @returns {Promise<Candidate | null>} */
async function find(organization, signal) {
  const lists = await may("requests.list", organization, signal);
  const reports = lists && (await may("reports.view", organization, signal));
  // A report counts what is below, too.
  if (!reports || !countsBelow("reports.view")) return null;
  const { files } = await api.get("/v1/reports/requests", { query: { organization_id: organization }, signal });
  for (const file of files.filter(({ count }) => count >= LEAST).slice(0, FILES)) {
    const n = await approvals(organization, file, signal);
    if (n >= LEAST) return { sha256: file.sha256, name: file.name, n };
  }
  return null;
}

/** Whether some permission of the reader gives an action also below the place where it is set. @param {string} action */
function countsBelow(action) {
  const gives = (/** @type {string} */ id) => catalogue.value?.get(id)?.actions.some((one) => one === action);
  return who.value?.permissions.some(({ permission, counts }) => counts === "here_and_below" && [permission, ...(catalogue.value?.get(permission)?.includes ?? [])].some(gives));
}

/** How often a file was approved, if nothing else was ever decided about it. @param {string} organization @param {File} file @param {AbortSignal} signal */
async function approvals(organization, { sha256, name }, signal) {
  const rule = { ...ruleOf(valuesFor(sha256, name), null), name: t("rule.one") };
  let n = 0;
  /** @type {string | null} */
  let cursor = null;
  for (let page = 0; page < PAGES; page += 1) {
    const tried = await tryRule(organization, rule, cursor, signal);
    if (tried.differs || tried.items.some(({ status }) => status === "revoked")) return 0;
    n += tried.agrees;
    cursor = tried.cursor;
    if (!cursor) return n;
  }
  return 0;
}
