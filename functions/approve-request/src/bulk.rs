//! Deciding several requests in one call. Each is decided, or refused, by itself.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use countersign_authority::rights::actor_and;
use countersign_http::{AsAdministrator, IdempotencyKey, JsonBody, Problem, Services};
use countersign_model::{Actor, Request, RequestId};
use countersign_store::Stored;

use crate::decide::{permit, save, terms};
use crate::wire::{BULK_MAX, BulkDecision, BulkDecisions, BulkResult, BulkResults};

/// Decides up to 50 requests, each by itself: one that is refused keeps none of the others back.
#[utoipa::path(post, path = "/v1/requests/decisions", tag = "requests", security(("session" = [])),
    params(IdempotencyKey), request_body = BulkDecisions, responses((status = 200, body = BulkResults)))]
pub async fn decide_requests(
    State(services): State<Services>,
    who: AsAdministrator,
    key: IdempotencyKey,
    body: JsonBody<BulkDecisions>,
) -> Result<Json<BulkResults>, Problem> {
    let decisions = &body.value.decisions;
    if !(1..=BULK_MAX).contains(&decisions.len()) {
        return Err(Problem::invalid_field("/decisions", format!("must be 1 to {BULK_MAX} decisions")));
    }
    // What is no id leads to no record, like one that nobody has.
    let ids: Vec<&str> = decisions.iter().map(|one| one.request_id.as_str()).collect();
    let requests = services.journal.load_by_record_ids::<Request>(&ids);
    let (actor, requests) = actor_and(&services.journal, &who.administrator, requests).await?;
    let mut results = Vec::new();
    let mut changed = BTreeSet::new();
    for (one, request) in decisions.iter().zip(requests) {
        let done = decide_one(&services, &who, &actor, &key, body.bytes(), one, request).await;
        changed.extend(done.iter().map(|request| request.value.organization_id.clone()));
        results.push(BulkResult::of(&one.request_id, done));
    }
    for organization in &changed {
        services.wake(organization);
    }
    Ok(Json(BulkResults { results }))
}

async fn decide_one(
    services: &Services,
    who: &AsAdministrator,
    actor: &Actor,
    key: &IdempotencyKey,
    body: &[u8],
    one: &BulkDecision,
    request: Option<Stored<Request>>,
) -> Result<Stored<Request>, Problem> {
    let AsAdministrator { caller, administrator, .. } = who;
    let journal = &services.journal;
    let request = request.ok_or_else(Problem::not_found)?.value;
    let decision = one.decision().checked(journal.random(), caller, &administrator.value)?;
    let permit = permit(actor, &request, &decision)?;
    let terms = terms(caller, &key_of(key, &request.id), "decisions", &request.id, body);
    save(journal, &permit, &caller.origin(), &request.id, &decision, terms).await
}

/// Each decision of a call is an attempt of its own.
fn key_of(key: &IdempotencyKey, id: &RequestId) -> IdempotencyKey {
    IdempotencyKey(key.0.as_ref().map(|key| format!("{key} {id}")))
}
