//! Deciding a request: the first decision wins.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_http::{
    AsAdministrator, Caller, Code, DryRun, EarlierDecision, IdempotencyKey, JsonBody, PathId, Problem,
    QueryOf, Services,
};
use countersign_journal::{Change, Journal, Terms};
use countersign_model::act::RequestDecided;
use countersign_model::{
    Action, Actor, Decision, Denial, Origin, Outcome, Permit, Request, RequestId, TransitionError,
    Whereabouts, decide,
};
use countersign_store::Stored;

use crate::open::{Opened, answer, asked_about, whereabouts};
use crate::preview;
use crate::wire::{NewDecision, RequestView};

/// Decides a request.
///
/// Approving for a group or the organization also settles the pending requests of other computers in that scope for
/// the same subject; a denial does so only when `include_matching` is set. The scope `group` means the group that the
/// computer is in now.
///
/// While the computer is unconfirmed, because another one has its host name, a decision can be for the computer alone.
#[utoipa::path(post, path = "/v1/requests/{request_id}/decision", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path), DryRun, IdempotencyKey), request_body = NewDecision,
    responses((status = 200, body = RequestView, description = "The request is decided; with `dry_run`, nothing is changed, and the answer is a `DecisionPreview`: whom the decision would reach, what it would settle, and who would be told."), (status = 409, description = "Somebody decided first, which `decision` shows; the request is no longer pending; the computer that asked has been removed, or is unconfirmed and the decision is for more than itself; the approval is for its group, which has been deleted; or its file was flagged as malicious.")))]
pub async fn decide_request(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RequestId>,
    QueryOf(DryRun { dry_run }): QueryOf<DryRun>,
    key: IdempotencyKey,
    body: JsonBody<NewDecision>,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let decision = body.value.checked(journal.random(), &caller, &administrator.value)?;
    let (actor, request) = asked_about(journal, &administrator, &id).await?;
    if dry_run {
        let preview = preview::of_decision(journal, &actor, request, &decision, caller.now).await?;
        return Ok(Json(preview).into_response());
    }
    let terms = terms(&caller, &key, "decision", &id, body.bytes());
    let saved = save(journal, &actor, &caller.origin(), &request.value, &decision, terms).await?;
    answer(journal, &actor, Opened::by(&actor, saved)?, caller.now).await
}

/// The preconditions of the change. The same key with another request or another body is another attempt.
pub fn terms(caller: &Caller, key: &IdempotencyKey, what: &str, id: &RequestId, body: &[u8]) -> Terms {
    let attempt = [what.as_bytes(), b" ", id.as_str().as_bytes(), b"\n", body].concat();
    Terms { revisions: None, idempotency: caller.idempotency(key, &attempt) }
}

/// Saves a decision on a request, unless another one was saved first. The permission is checked against the request that
/// is being replaced. The computer and its group are read right before.
pub async fn save(
    journal: &Journal,
    actor: &Actor,
    origin: &Origin,
    request: &Request,
    decision: &Decision,
    terms: Terms,
) -> Result<Stored<Request>, Problem> {
    let at = whereabouts(journal, request).await?.place;
    save_at(journal, actor, origin, request, &at, decision, terms).await
}

/// The same where it is known where the computer is.
pub async fn save_at(
    journal: &Journal,
    actor: &Actor,
    origin: &Origin,
    request: &Request,
    at: &Whereabouts,
    decision: &Decision,
    terms: Terms,
) -> Result<Stored<Request>, Problem> {
    refuse_flagged(journal, request, decision).await?;
    let saved = journal.save_update(&request.id, terms, |old: &Request| {
        let (new, permit) = judge(actor, old, decision, at)?;
        let act = RequestDecided::of(old, &new, decision);
        Ok::<_, NotDecided>((new, Change::new(&permit, origin, act)))
    });
    Ok(saved.await?)
}

/// Refuses to approve what asks for a file that was flagged as malicious. If it is flagged at the same moment, the
/// processing of the decision revokes the approval.
async fn refuse_flagged(journal: &Journal, request: &Request, decision: &Decision) -> Result<(), Problem> {
    if decision.outcome != Outcome::Approved {
        return Ok(());
    }
    let Some(flag) = journal.flag_on(request).await? else { return Ok(()) };
    let (who, at) = (flag.administrator_name, flag.at);
    let detail = format!(
        "the file was flagged as malicious by {who} at {at}; nobody can approve it until the flag is cleared"
    );
    Err(Problem::new(Code::FileFlagged, detail))
}

/// The request as a decision leaves it, with the permit for that; or why the decision is refused.
pub fn judge(
    actor: &Actor,
    request: &Request,
    decision: &Decision,
    at: &Whereabouts,
) -> Result<(Request, Permit), NotDecided> {
    let permit = permit(actor, request, decision)?;
    Ok((request.decide(decision.clone(), at)?, permit))
}

/// Whether the actor may make this decision.
fn permit(actor: &Actor, request: &Request, decision: &Decision) -> Result<Permit, Denial> {
    let action = match decision.outcome {
        Outcome::Approved => Action::approve(request.kind()),
        Outcome::Denied => Action::RequestsDeny,
        Outcome::Ignored => Action::RequestsIgnore,
    };
    decide(actor, action, &request.resource().scope(decision.scope))
}

/// Why a request is not decided.
pub enum NotDecided {
    /// The administrator may not make this decision.
    Denied(Denial),
    /// The request is not pending.
    Standing(TransitionError),
}

impl From<Denial> for NotDecided {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<TransitionError> for NotDecided {
    fn from(error: TransitionError) -> Self {
        Self::Standing(error)
    }
}

impl From<NotDecided> for Problem {
    fn from(error: NotDecided) -> Self {
        match error {
            NotDecided::Denied(denial) => denial.into(),
            NotDecided::Standing(error) => conflict(error),
        }
    }
}

/// The answer when the request's status does not allow the change.
pub fn conflict(error: TransitionError) -> Problem {
    let detail = error.to_string();
    match error {
        TransitionError::AlreadyDecided { decision } => {
            Problem::new(Code::AlreadyDecided, detail).with_decision(EarlierDecision::from(&*decision))
        }
        TransitionError::NotPending { .. } => Problem::new(Code::NotPending, detail),
        TransitionError::NotApproved { .. } => Problem::new(Code::NotApproved, detail),
        TransitionError::AttachmentNotExpected => Problem::new(Code::AttachmentNotExpected, detail),
        TransitionError::ComputerRemoved => Problem::new(Code::ComputerRemoved, detail),
        TransitionError::ComputerUnconfirmed => Problem::new(Code::ComputerUnconfirmed, detail),
        TransitionError::GroupDeleted => Problem::new(Code::GroupDeleted, detail),
    }
}
