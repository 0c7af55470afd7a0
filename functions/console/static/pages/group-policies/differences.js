// What differs between two versions of policies, one line for each policy and property.

import { html } from "../../ui.js";
import { t } from "../../i18n.js";
import { Card } from "../../components/card.js";
import { Diff } from "../../components/diff.js";
import { Text } from "../../components/text.js";

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {Schemas["PolicyFields"]} Fields */

/** @param {{ title: any, group: Schemas["GroupDifference"] | undefined, titles: [string, string], none: string }} props */
export function Differences({ title, group, titles, none }) {
  const rows = (group?.policies ?? []).flatMap(rowsOf);
  if (!rows.length) return html`<${Card} title=${title}><p class="quiet">${none}</p><//>`;
  return html`
    <${Card} title=${title} end=${t("differences.n", { n: rows.length })} padded=${false}>
      <${Diff} caption=${title} titles=${[t("differences.policy"), t("differences.what"), ...titles]} rows=${rows} />
    <//>`;
}

/** @param {Schemas["PolicyDifference"]} policy */
function rowsOf(policy) {
  const { policy_id: id, name, changes, before, after } = policy;
  return changes.map((aspect) => ({
    key: `${id} ${aspect}`,
    of: html`<${Text} text=${name} />`,
    what: t(`differences.${aspect}`),
    before: aspect === "added" ? null : shown(aspect, before, after),
    after: aspect === "removed" ? null : shown(aspect, after, before),
  }));
}

/** @param {Schemas["PolicyAspect"]} aspect @param {Fields | null | undefined} fields @param {Fields | null | undefined} other */
function shown(aspect, fields, other) {
  if (!fields) return null;
  switch (aspect) {
    case "moved": return t("differences.place", { n: (fields.order ?? 0) + 1 });
    case "name": return html`<${Text} text=${fields.name ?? ""} />`;
    case "description": return fields.description ? html`<${Text} text=${fields.description} />` : t("differences.empty");
    case "default_action": return t(`policy.action.${fields.default_action ?? "block"}`);
    case "kinds": return kindsWords(fields.kinds ?? []);
    case "notify": return notifyWords(fields.notify, other?.notify);
    case "entries": return entriesWords(fields.entries ?? [], other?.entries ?? []);
    default: return summaryOf(fields);
  }
}

/** @param {Schemas["RequestKind"][]} kinds */
export const kindsWords = (kinds) => kinds.map((kind) => t(`policy.kind.${kind}`)).join(", ");

/** In one line: what a policy does. @param {{ default_action?: Schemas["PolicyAction"], kinds?: Schemas["RequestKind"][], entries?: unknown[] }} policy */
export const summaryOf = ({ default_action: action, kinds, entries }) => [t(`policy.does.${action ?? "block"}`), kinds && kinds.length < 3 && kindsWords(kinds), entries?.length && t("policy.entriesN", { n: entries.length })].filter(Boolean).join(" · ");

/** How many, and those that the other one does not have. @param {Schemas["NotifyView"] | undefined} notify @param {Schemas["NotifyView"] | undefined} other */
function notifyWords(notify, other) {
  if (!notify?.enabled) return t("differences.nobody");
  const addresses = notify.addresses ?? [];
  const own = other?.enabled ? addresses.filter((one) => !(other.addresses ?? []).includes(one)) : addresses;
  return html`${t("differences.addresses", { n: addresses.length })}${own.map((address) => html`<br /><${Text} text=${address} />`)}`;
}

/** Those that the other one does not have. @param {Schemas["PolicyEntry"][]} entries @param {Schemas["PolicyEntry"][]} others */
function entriesWords(entries, others) {
  const known = new Set(others.map((one) => JSON.stringify(one)));
  const own = entries.filter((one) => !known.has(JSON.stringify(one)));
  if (!own.length) return entries.length === others.length ? t("differences.otherOrder") : t("differences.empty");
  return own.map(({ action, match }, nth) => html`${nth > 0 && html`<br />`}${t(`policy.action.${action}`)} ${t(`policy.by.${match.by}`)} <${Text} text=${(match.values ?? []).join(", ")} mono />`);
}
