// The editor of a rule beside its dry run, which follows what is typed, and the bar that saves it.

import { html, useSignal } from "../../ui.js";
import { rich, t } from "../../i18n.js";
import { api, newKey } from "../../api.js";
import { useDraft } from "../../draft.js";
import { here, navigate, query, stillAt, unsaved } from "../../router.js";
import { useSending } from "../../sending.js";
import { who } from "../../session.js";
import { useSettled } from "../../settled.js";
import { isBegun, ruleOf } from "../../rules/contents.js";
import { DryRun, useDryRun } from "../../rules/dry-run.js";
import { Limits, RuleState } from "../../rules/words.js";
import { Button } from "../../components/button.js";
import { Card } from "../../components/card.js";
import { Later } from "../../components/later.js";
import { Note } from "../../components/note.js";
import { useOpening } from "../../components/opening.js";
import { errorAt } from "../../components/problem.js";
import { submitByKey } from "../../components/send-key.js";
import { Time } from "../../components/time.js";
import { Fits } from "./fits.js";
import { Reach, Stops, What } from "./fields.js";

/** @typedef {import("../../api.js").Schemas} Schemas */
/** @typedef {import("../../rules/contents.js").Values} Values */
/** @typedef {{ values: Values, set: (part: Partial<Values>) => void, error: (pointer: string) => string | undefined, off: any }} Fields */

const TYPING = 500;
const loadDelete = async () => (await import("../rules/delete.js")).DeleteRule;

/**
 * @param {{
 *   rule: Schemas["Rule"] | null, values: Values, request: Schemas["RequestView"] | null, organization: string,
 *   may: ReturnType<typeof import("../../rules/may-decide.js").useMayDecide>, names: Record<string, string>, reload: () => unknown,
 *   onSaved?: (rule: Schemas["Rule"]) => void
 * }} props `rule`: the one that is edited; none, to make one
 */
export function Editor({ rule, values: begin, request, organization, may, names, reload, onSaved }) {
  const draft = useDraft(begin, rule?.id ?? `new ${organization}`);
  const { values, set } = draft;
  const key = useSignal(newKey());
  const saved = useSignal(false);
  const sending = useSending({ names, reload });
  const contents = ruleOf(values, rule);
  const settled = useSettled({ contents, begun: isBegun(values) }, TYPING);
  const run = useDryRun(organization, settled.begun ? { ...settled.contents, name: t("rule.one"), ends_at: null, max_uses: null } : null);
  const before = rule && may.off({ ...rule, kinds: rule.criteria.kinds });
  const off = before ?? may.off({ ...values });
  const problem = sending.caught ?? (draft.dirty ? run.tried.problem : null);
  const error = (/** @type {string} */ pointer) => errorAt(problem, pointer) ?? errorAt(problem, `/rule${pointer}`);
  const fields = { values, set: (/** @type {Partial<Values>} */ part) => { saved.value = false; set(part); }, error, off: before ?? undefined };
  const save = () => sending.send(async () => {
    draft.sends();
    if (rule) {
      onSaved?.(await api.put("/v1/rules/{rule_id}", { params: { rule_id: rule.id }, body: contents, ifMatch: rule.revision }));
      saved.value = true;
      return;
    }
    const made = await api.post("/v1/rules", { body: { organization_id: organization, rule: contents }, key: key.value });
    unsaved.value = false;
    navigate(`/rules/${made.id}?organization=${organization}&made=1`, { replace: true });
  });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!off && values.name.trim() && (draft.dirty || !rule)) save();
  };
  return html`
    <form method="post" novalidate onSubmit=${submit} onKeyDown=${submitByKey}>
      <div class="page-body">
        ${query.value.get("made") && !draft.dirty && !saved.value && html`<${Note} kind="good" role="status">${t("rule.made")}<//>`}
        ${request && html`<${Note} kind="info" icon="application">${rich("rule.fromRequest", { name: request.subject.name })}<//>`}
        ${off && html`<${Note} icon="lock">${off}<//>`}
        <div class="rule-two">
          <div class="stack">
            <${What} fields=${fields} fresh=${!rule} may=${may} />
            <${Fits} fields=${fields} organization=${organization} names=${names} />
            <${Reach} fields=${fields} may=${may} rule=${rule} />
            <${Stops} fields=${fields} rule=${rule} />
          </div>
          <div class="stack">
            <${DryRun} run=${run} effect=${settled.contents.effect} organization=${organization} />
            ${rule && html`<${About} rule=${rule} names=${names} reload=${reload} off=${before} back=${`/rules?organization=${organization}`} />`}
          </div>
        </div>
        ${sending.problem}
      </div>
      <${Foot} rule=${rule} dirty=${draft.dirty} discard=${draft.discard} busy=${sending.busy} off=${off} saved=${saved.value} named=${Boolean(values.name.trim())} />
    </form>`;
}

/** @param {{ rule: Schemas["Rule"] | null, dirty: boolean, discard: () => void, busy: boolean, off: any, saved: boolean, named: boolean }} props */
function Foot({ rule, dirty, discard, busy, off, saved, named }) {
  const mine = rule?.maker.id === who.value?.administrator.id;
  const maker = !rule ? t("rule.makeWords") : mine ? t("rule.mineWords") : rich("rule.saveWords", { name: rule.maker.name });
  const words = saved && !dirty ? t("rule.saved") : maker;
  const why = off ?? (rule && !dirty ? t("save.nothing") : named ? undefined : t("rule.nameFirst"));
  return html`
    <div class="save-bar">
      <span class="quiet small" role="status">${words}</span>
      ${rule && dirty && html`<${Button} onClick=${discard}>${t("save.discard")}<//>`}
      <${Button} type="submit" kind="primary" busy=${busy} off=${why}>${t(rule ? "rule.save" : "rule.make")}<//>
    </div>`;
}

/** Who made it, how often it was used, and deleting it. @param {{ rule: Schemas["Rule"], names: Record<string, string>, reload: () => unknown, off: any, back: string }} props */
function About({ rule, names, reload, off, back }) {
  const deleting = useOpening();
  const { path } = here.value;
  const gone = () => {
    if (!stillAt(path)) return;
    unsaved.value = false;
    navigate(back);
  };
  return html`
    <${Card}>
      <div class="stack">
        <div class="row row-between"><${RuleState} rule=${rule} /><${Button} size="small" kind="deny" off=${off ?? undefined} onClick=${() => { deleting.show(true); }}>${t("ruleDelete.do")}<//></div>
        <p class="small"><${Limits} rule=${rule} /></p>
        <p class="small quiet">${rich("rule.about", { name: rule.maker.name, time: html`<${Time} at=${rule.created_at} as="moment" />` })}</p>
      </div>
    <//>
    ${deleting.what && html`<${Later} load=${loadDelete} rule=${rule} names=${names} reload=${() => { deleting.close(); reload(); }} onClose=${deleting.close} onDone=${gone} />`}`;
}
