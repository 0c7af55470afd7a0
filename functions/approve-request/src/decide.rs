//! Deciding a request: the first decision wins.

use axum::extract::State;
use axum::response::Response;
use countersign_http::{AsAdministrator, Caller, IdempotencyKey, JsonBody, PathId, Problem, Services};
use countersign_journal::{Change, Journal, Terms};
use countersign_model::{
    Act, Action, Actor, Decision, Denial, List, Notice, Origin, Outcome, Permit, Request, RequestId,
    TransitionError, decide,
};
use countersign_store::{Stored, UpdateError};
use serde_json::json;

use crate::open::{answer, asked_about};
use crate::wire::{DecisionSummary, NewDecision, RequestView};

/// Decides a request. An approval of a group or an organization also settles the pending requests of its other computers for
/// the same subject; a denial does so only when asked to.
#[utoipa::path(post, path = "/v1/requests/{request_id}/decision", tag = "requests", security(("session" = [])),
    params(("request_id" = String, Path), IdempotencyKey), request_body = NewDecision,
    responses((status = 200, body = RequestView), (status = 409, description = "somebody decided first; `decision` says what")))]
pub async fn decide_request(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RequestId>,
    key: IdempotencyKey,
    body: JsonBody<NewDecision>,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let decision = body.value.checked(journal.random(), &caller, &administrator.value)?;
    let (actor, request) = asked_about(journal, &administrator, &id).await?;
    let permit = permit(&actor, &request.value, &decision)?;
    let terms = terms(&caller, &key, "decision", &id, body.bytes());
    let saved = save(journal, &permit, &caller.origin(), &id, &decision, terms).await?;
    services.wake(&saved.value.organization_id);
    answer(journal, &actor, saved, caller.now).await
}

/// May the actor decide so?
pub fn permit(actor: &Actor, request: &Request, decision: &Decision) -> Result<Permit, Denial> {
    let action = match decision.outcome {
        Outcome::Approved => Action::approve(request.kind()),
        Outcome::Denied => Action::RequestsDeny,
        Outcome::Ignored => Action::RequestsIgnore,
    };
    decide(actor, action, &request.resource().scope(decision.scope))
}

/// Under which conditions: the same key with another request or another body is another attempt.
pub fn terms(caller: &Caller, key: &IdempotencyKey, what: &str, id: &RequestId, body: &[u8]) -> Terms {
    let attempt = [what.as_bytes(), b" ", id.as_str().as_bytes(), b"\n", body].concat();
    Terms { revision: None, idempotency: caller.idempotency(key, &attempt) }
}

/// Writes a decision down, unless somebody was faster: number, batch, swap.
pub async fn save(
    journal: &Journal,
    permit: &Permit,
    origin: &Origin,
    id: &RequestId,
    decision: &Decision,
    terms: Terms,
) -> Result<Stored<Request>, Problem> {
    let saved = journal.save_update(id, terms, |old: &Request| {
        let new = old.decide(decision.clone())?;
        let change = Change::new(permit, origin, &old.organization_id, Act::RequestDecided)
            .about(id.as_str())
            .about(old.computer_id.as_str())
            .detail(json!({
                "kind": old.kind(), "subject": old.subject.key(), "hostname": old.hostname,
                "before": { "status": old.status }, "after": { "status": new.status },
                "scope": decision.scope, "expires_at": decision.expires_at, "include_matching": decision.include_matching,
            }))
            .index(List::PendingRequests, id.as_str())
            .tell(Notice::RequestDecided { request_id: id.clone() });
        Ok((new, granting(change, id, decision)))
    });
    saved.await.map_err(refused)
}

/// What agents must know of an approval, at once and when it ends. The list names the request: it carries the decision, and
/// with it what the grant is and whether it still counts, so there is no second record that could say otherwise.
fn granting(change: Change, id: &RequestId, decision: &Decision) -> Change {
    let Some(grant) = &decision.grant else { return change };
    let change = change.about(grant.as_str()).index(List::Grants, id.as_str()).agents();
    decision.expires_at.into_iter().fold(change, Change::agents_at)
}

/// What a change of a request that was not made is answered with.
pub fn refused(error: UpdateError<TransitionError>) -> Problem {
    let error = match error {
        UpdateError::Refused(error) => error,
        UpdateError::Store(error) => return error.into(),
    };
    let detail = error.to_string();
    match error {
        TransitionError::AlreadyDecided { decision } => {
            Problem::conflict("already-decided", detail).with_decision(DecisionSummary::from(&*decision))
        }
        TransitionError::NotPending { .. } => Problem::conflict("not-pending", detail),
        TransitionError::NotApproved { .. } => Problem::conflict("not-approved", detail),
        TransitionError::AttachmentNotExpected => Problem::conflict("attachment-not-expected", detail),
    }
}
