//! Deciding several requests in one call. Each is decided or refused independently.

use axum::Json;
use axum::extract::State;
use countersign_http::{
    AsAdministrator, DryRun, IdempotencyKey, JsonBody, Problem, QueryOf, Services, require_short,
};
use countersign_journal::Journal;
use countersign_model::{Actor, FaultKind, Request, RequestId};

use crate::decide::{save, terms};
use crate::judge::Ground;
use crate::open::Opened;
use crate::preview::Totals;
use crate::wire::{BULK_MAX, BulkDecision, BulkDecisions, BulkResult, BulkResults, Done};

/// The most characters of what is named as a request. An id is shorter.
const REQUEST_ID_MAX: usize = 64;

/// Decides up to 50 requests, each on its own: a refusal of one does not affect the others.
#[utoipa::path(post, path = "/v1/requests/decisions", tag = "requests", security(("administrator" = [])),
    params(DryRun, IdempotencyKey), request_body = BulkDecisions, responses((status = 200, body = BulkResults)))]
pub async fn decide_requests(
    State(services): State<Services>,
    who: AsAdministrator,
    QueryOf(DryRun { dry_run }): QueryOf<DryRun>,
    key: IdempotencyKey,
    body: JsonBody<BulkDecisions>,
) -> Result<Json<BulkResults>, Problem> {
    let decisions = &body.value.decisions;
    if !(1..=BULK_MAX).contains(&decisions.len()) {
        return Err(Problem::invalid_field("/decisions", FaultKind::WrongCount.outside(1_u8, BULK_MAX)));
    }
    // Each is repeated in the answer.
    for (number, one) in decisions.iter().enumerate() {
        require_short(&format!("/decisions/{number}/request_id"), &one.request_id, REQUEST_ID_MAX)?;
    }
    let actor = who.administrator.actor(&services.journal).await?;
    let (mut results, mut totals) = (Vec::new(), Totals::default());
    for one in decisions {
        let done = match dry_run {
            true => rehearse_one(&services.journal, &who, &actor, one, &mut totals).await,
            false => decide_one(&services.journal, &who, &actor, &key, body.bytes(), one).await,
        };
        results.push(BulkResult::of(&one.request_id, done));
    }
    let totals = dry_run.then(|| totals.view());
    Ok(Json(BulkResults { results, totals }))
}

async fn decide_one(
    journal: &Journal,
    who: &AsAdministrator,
    actor: &Actor,
    key: &IdempotencyKey,
    body: &[u8],
    one: &BulkDecision,
) -> Result<Done, Problem> {
    let AsAdministrator { caller, administrator, .. } = who;
    // An invalid id is answered like an unknown one.
    let id: RequestId = one.request_id.parse().map_err(|_| Problem::not_found())?;
    let draft = one.decision().checked(journal.random(), caller, &administrator.value)?;
    let terms = terms(caller, &key_of(key, &id), "decisions", &id, body);
    let request = journal.load::<Request>(&id).await?.ok_or_else(Problem::not_found)?.value;
    let (saved, _) = save(journal, actor, &caller.origin(), &request, &draft, terms).await?;
    Ok(Done::Decided(Box::new(Opened::by(actor, saved)?)))
}

async fn rehearse_one(
    journal: &Journal,
    who: &AsAdministrator,
    actor: &Actor,
    one: &BulkDecision,
    totals: &mut Totals,
) -> Result<Done, Problem> {
    let AsAdministrator { caller, administrator, .. } = who;
    let id: RequestId = one.request_id.parse().map_err(|_| Problem::not_found())?;
    let draft = one.decision().checked(journal.random(), caller, &administrator.value)?;
    let request = journal.load::<Request>(&id).await?.ok_or_else(Problem::not_found)?;
    let ground = Ground::of(journal, actor, &request.value, &draft).await?;
    let preview = totals.of_one(journal, actor, request, &draft, &ground, caller.now).await?;
    Ok(Done::Rehearsed(preview))
}

/// Each decision of a call has an idempotency key of its own.
pub fn key_of(key: &IdempotencyKey, id: &RequestId) -> IdempotencyKey {
    IdempotencyKey(key.0.as_ref().map(|key| format!("{key} {id}")))
}
