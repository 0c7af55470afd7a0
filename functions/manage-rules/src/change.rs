//! Creating, replacing and deleting rules. A rule rests on its maker's right to decide so.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::approval_settings;
use countersign_authority::rights::{Rights, rights_at, rights_on};
use countersign_http::{
    AsAdministrator, Code, IdempotencyKey, IfMatch, JsonBody, PathId, Problem, Services, etag,
};
use countersign_journal::{Change, Journal};
use countersign_model::act::RuleChanged;
use countersign_model::{Action, Denial, FaultKind, Permit, RequestKind, Rule, RuleId, decide, lists};
use http::StatusCode;
use jiff::Timestamp;

use crate::wire::{NewRule, RuleBody, RuleView};

/// Creates a rule that decides requests.
///
/// You must be able to decide so yourself: for each kind and up to the scope, at the organization. At each use it is
/// checked again whether you can, there and at the organization of the request.
#[utoipa::path(post, path = "/v1/rules", tag = "rules", security(("administrator" = [])), params(IdempotencyKey),
    request_body = NewRule, responses((status = 201, body = RuleView), (status = 409, description = "The organization has as many rules as it can have.")))]
pub async fn create_rule(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    key: IdempotencyKey,
    body: JsonBody<NewRule>,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let id = RuleId::from_ulid(journal.random().ulid(caller.now));
    let NewRule { organization_id, rule } = &body.value;
    let rule = rule.checked("/rule", id, organization_id.clone(), &administrator.value, caller.now)?;
    let rights = rights_at(journal, &administrator, organization_id).await?;
    let permit = permit(&rights, &rule)?;
    require_accepted(journal, &rights, "/rule/message", &rule).await?;
    let viewing = may_see(&rights)?;
    if journal.list(&viewing, lists::RULES, None, Rule::RULES_MAX).await?.items.len() >= Rule::RULES_MAX {
        let detail = format!("an organization can have at most {} rules", Rule::RULES_MAX);
        return Err(Problem::new(Code::TooManyRules, detail));
    }
    let change = Change::new(&permit, &caller.origin(), RuleChanged::of(None, &rule)).create(&rule);
    let saved = journal.save(change.idempotent(caller.idempotency(&key, body.bytes()))).await?;
    let saved = journal.load_by_record_id::<Rule>(&saved.id).await?.ok_or_else(Problem::not_found)?;
    Ok((StatusCode::CREATED, answer(caller.now, saved.value)).into_response())
}

/// Replaces the contents of a rule.
///
/// Who replaces it is its maker from then on. You must be able to decide like the rule before and like the new one.
#[utoipa::path(put, path = "/v1/rules/{rule_id}", tag = "rules", security(("administrator" = [])),
    params(("rule_id" = inline(RuleId), Path), IfMatch), request_body = RuleBody, responses((status = 200, body = RuleView)))]
pub async fn replace_rule(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RuleId>,
    if_match: IfMatch,
    body: JsonBody<RuleBody>,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let (rights, found) =
        rights_on(journal, &administrator, &id, |r: &Rule| r.organization_id.clone()).await?;
    permit(&rights, &found.value).map(drop)?;
    let organization = found.value.organization_id;
    let wanted = body.value.checked("", id.clone(), organization, &administrator.value, caller.now)?;
    require_accepted(journal, &rights, "/message", &wanted).await?;
    let origin = caller.origin();
    let replace = |old: &Rule| {
        require_there(old)?;
        permit(&rights, old).map(drop)?;
        if_match.check(old.edition)?;
        let new = old.edited(wanted.clone());
        let change = Change::new(&permit(&rights, &new)?, &origin, RuleChanged::of(Some(old), &new));
        Ok::<_, Problem>((new, change))
    };
    let saved = journal.save_update(&id, None, replace).await?;
    Ok(answer(caller.now, saved.value).into_response())
}

/// Deletes a rule.
///
/// What it has decided stays decided. You must be able to decide like the rule.
#[utoipa::path(delete, path = "/v1/rules/{rule_id}", tag = "rules", security(("administrator" = [])),
    params(("rule_id" = inline(RuleId), Path), IfMatch), responses((status = 204, description = "The rule is deleted.")))]
pub async fn delete_rule(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RuleId>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let journal = &services.journal;
    let (rights, found) =
        rights_on(journal, &administrator, &id, |r: &Rule| r.organization_id.clone()).await?;
    permit(&rights, &found.value).map(drop)?;
    let origin = caller.origin();
    let delete = |old: &Rule| {
        require_there(old)?;
        let permit = permit(&rights, old)?;
        if_match.check(old.edition)?;
        let new = Rule { deleted: true, ..old.clone() };
        let change = Change::new(&permit, &origin, RuleChanged::of(Some(old), &new));
        Ok::<_, Problem>((new, change))
    };
    journal.save_update(&id, None, delete).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A rule with its edition as the entity tag: while somebody edits it, it goes on being used.
pub fn answer(now: Timestamp, rule: Rule) -> impl IntoResponse {
    ([etag(rule.edition)], Json(RuleView::at(now, rule)))
}

/// What the organization asks of a decision, it asks of what a rule decides.
async fn require_accepted(
    journal: &Journal,
    rights: &Rights,
    pointer: &str,
    rule: &Rule,
) -> Result<(), Problem> {
    let settings = approval_settings(journal, &rights.organization.value).await?;
    settings
        .accepts_rule(rule.outcome(), rule.message.as_deref())
        .map_err(|error| Problem::invalid_field(pointer, FaultKind::Required.saying(error.to_string())))
}

/// A deleted rule is not there any more.
pub fn require_there(rule: &Rule) -> Result<(), Problem> {
    if rule.deleted { Err(Problem::not_found()) } else { Ok(()) }
}

/// Whether the caller may see rules: who may open requests of some kind may know how they are decided.
pub fn may_see(rights: &Rights) -> Result<Permit, Denial> {
    let of = |kind: &RequestKind| decide(&rights.actor, Action::RequestsOpen, &rights.resource().kind(*kind));
    match RequestKind::ALL.iter().find_map(|kind| of(kind).ok()) {
        Some(permit) => Ok(permit),
        None => of(&RequestKind::Application),
    }
}

/// Whether the caller could decide like the rule: for each kind, up to its scope. The permit is that for the first kind.
pub fn permit(rights: &Rights, rule: &Rule) -> Result<Permit, Denial> {
    let each = rule
        .needs()
        .map(|(action, kind)| decide(&rights.actor, action, &rights.resource().kind(kind).scope(rule.scope)));
    let permits = each.collect::<Result<Vec<_>, _>>()?;
    match permits.into_iter().next() {
        Some(permit) => Ok(permit),
        // There is no rule without a kind.
        None => decide(&rights.actor, Action::RequestsDeny, &rights.resource()),
    }
}
