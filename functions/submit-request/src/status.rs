//! The status of a request for its computer, and withdrawing it.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_authority::first_used;
use countersign_http::{
    AsComputer, Code, EarlierDecision, Look, LooseBody, PathId, Problem, QueryOf, Services, wait_for,
};
use countersign_journal::{Change, Journal, Terms};
use countersign_model::act::{RequestCancelled, RequestWithdrawn};
use countersign_model::{
    Attachment, Computer, DecisionHeard, NewAct, NotWithdrawn, Permit, Request, RequestId, RequestStatus,
    TransitionError, Withdrawn,
};
use countersign_store::UpdateError;
use jiff::Timestamp;

use crate::changes::{self, Written};
use crate::wire::{Cancellation, RequestStatusView, StatusQuery};

/// Returns the status of a request, with `wait` as soon as it is decided.
///
/// Of one computer's calls, at most four wait at the same instance; another one is answered at once, with
/// `Retry-After`.
#[utoipa::path(get, path = "/agent/v1/requests/{request_id}", tag = "agents", security(("computer" = [])),
    params(("request_id" = inline(RequestId), Path), StatusQuery), responses((status = 200, body = RequestStatusView)))]
pub async fn show_request(
    State(services): State<Services>,
    computer: AsComputer,
    PathId(id): PathId<RequestId>,
    QueryOf(query): QueryOf<StatusQuery>,
) -> Result<impl IntoResponse, Problem> {
    let (journal, own) = (&services.journal, &computer.computer.value);
    let look = || async {
        let (request, _) = own_request(journal, own, &id).await?;
        let now = journal.clock().now();
        let view = view(journal, &request, own, now).await?;
        match request.status_at(now) {
            RequestStatus::Pending => Ok(Look::Same(view)),
            RequestStatus::Approved
            | RequestStatus::Denied
            | RequestStatus::Ignored
            | RequestStatus::Expired
            | RequestStatus::Cancelled
            | RequestStatus::Revoked => {
                journal.note_heard(DecisionHeard::of(&request, now)).await?;
                Ok(Look::Changed(view))
            }
        }
    };
    let waited = wait_for(&services, &computer, query.wait, look).await?;
    Ok(waited.map(Json))
}

/// The status for the computer that asked. What its first use says is read only where the approval begins with that.
async fn view(
    journal: &Journal,
    request: &Request,
    computer: &Computer,
    now: Timestamp,
) -> Result<RequestStatusView, Problem> {
    let used = first_used(journal, request, now).await?;
    Ok(RequestStatusView::at(now, request, computer, used))
}

/// A request of this computer, and the proof that it is. Another computer's request is answered like one that does not
/// exist.
pub async fn own_request(
    journal: &Journal,
    computer: &Computer,
    id: &RequestId,
) -> Result<(Request, Permit), Problem> {
    let request = journal.load::<Request>(id).await?.ok_or_else(Problem::not_found)?.value;
    let permit = Permit::own_computer(computer, &request.computer_id).ok_or_else(Problem::not_found)?;
    Ok((request, permit))
}

/// Withdraws from a pending request.
///
/// Each user who asked withdraws for themselves. The request is cancelled when the last one has withdrawn; then the copy
/// of its file is removed if no other request needs it. Nobody who has withdrawn is told of the decision.
///
/// Withdrawing is one of the changes of which a computer may make a limited number per minute.
#[utoipa::path(post, path = "/agent/v1/requests/{request_id}/cancellation", tag = "agents", security(("computer" = [])),
    params(("request_id" = inline(RequestId), Path)), request_body = Option<Cancellation>,
    responses((status = 200, body = RequestStatusView), (status = 409, description = "The request is no longer pending.")))]
pub async fn cancel_request(
    State(services): State<Services>,
    AsComputer { caller, computer, .. }: AsComputer,
    PathId(id): PathId<RequestId>,
    body: Option<LooseBody<Cancellation>>,
) -> Result<Json<RequestStatusView>, Problem> {
    let who = match body {
        Some(body) => body.value.checked()?,
        None => None,
    };
    let (request, permit) = own_request(&services.journal, &computer.value, &id).await?;
    let may_withdraw = request.withdraw(who.as_deref(), caller.now).is_ok();
    if may_withdraw && changes::must_be_counted(&request) {
        let counted = changes::count(&services, &computer.value, Written::Withdrawal).await?;
        counted.map_err(|until| changes::too_many(until, caller.now))?;
    }
    let origin = caller.origin();
    let withdrawn = services
        .journal
        .save_update(&id, Terms::default(), |old: &Request| {
            let Withdrawn { request, username } = old.withdraw(who.as_deref(), caller.now)?;
            let act = if request.status == RequestStatus::Cancelled {
                NewAct::from(RequestCancelled::of(&request, &username))
            } else {
                RequestWithdrawn::of(&request, &username).into()
            };
            Ok::<_, NotWithdrawn>((request, Change::new(&permit, &origin, act)))
        })
        .await;
    let request = match withdrawn {
        Ok(saved) => saved.value,
        // Already withdrawn: a repeated call gets the same answer.
        Err(UpdateError::Refused(NotWithdrawn::Already)) => request,
        Err(UpdateError::Refused(NotWithdrawn::Over(over))) if was_cancelled(&over) => {
            Request { status: RequestStatus::Cancelled, ..request }
        }
        Err(UpdateError::Refused(refusal)) => return Err(refused(refusal)),
        Err(UpdateError::Store(error)) => return Err(error.into()),
    };
    if request.status == RequestStatus::Cancelled {
        remove_copy(&services.journal, &request).await?;
    }
    Ok(Json(view(&services.journal, &request, &computer.value, caller.now).await?))
}

const fn was_cancelled(over: &TransitionError) -> bool {
    matches!(over, TransitionError::NotPending { status: RequestStatus::Cancelled })
}

/// Removes the copy of a withdrawn request's file, unless another request asked about the same bytes.
async fn remove_copy(journal: &Journal, request: &Request) -> Result<(), Problem> {
    match (request.attachment, request.subject.file()) {
        (Attachment::Verified { .. }, Some(file)) => {
            let organization = &request.organization_id;
            Ok(journal.remove_attachment_of(organization, file.sha256.as_str(), &request.id).await?)
        }
        _ => Ok(()),
    }
}

fn refused(refusal: NotWithdrawn) -> Problem {
    let said = refusal.to_string();
    match refusal {
        NotWithdrawn::Unnamed | NotWithdrawn::Unknown => Problem::invalid_field("/username", said),
        NotWithdrawn::Already => Problem::new(Code::NotPending, said),
        NotWithdrawn::Over(over) => is_over(over, said),
    }
}

/// Why a request that is over does not change any more.
pub fn is_over(over: TransitionError, said: String) -> Problem {
    match over {
        TransitionError::AlreadyDecided { decision } => {
            // The computer is not told who decided.
            let seen = EarlierDecision { id: None, administrator: None, ..EarlierDecision::from(&*decision) };
            Problem::new(Code::AlreadyDecided, "the request has already been decided").with_decision(seen)
        }
        // The last five refuse decisions, which computers do not make.
        TransitionError::NotPending { .. }
        | TransitionError::NotApproved { .. }
        | TransitionError::ComputerRemoved
        | TransitionError::ComputerUnconfirmed
        | TransitionError::ComputerCloned
        | TransitionError::GroupDeleted
        | TransitionError::NoPublisher(_) => Problem::new(Code::NotPending, said),
        TransitionError::AttachmentNotExpected => Problem::new(Code::AttachmentNotExpected, said),
    }
}
