//! Deciding a request: the first decision wins.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::approval_settings_at;
use countersign_http::{
    AsAdministrator, Caller, Code, DryRun, EarlierDecision, IdempotencyKey, JsonBody, PathId, Problem,
    QueryOf, Services,
};
use countersign_journal::{Change, Journal, Terms};
use countersign_model::act::RequestDecided;
use countersign_model::{
    Action, Actor, ApprovalSettings, Aspect, Decision, Denial, GrantRef, NotAccepted, Origin, Outcome,
    Permit, Request, RequestId, TransitionError, Whereabouts, decide,
};
use countersign_store::Stored;
use futures::future::try_join;

use crate::defaults;
use crate::open::{Opened, answer, asked_about, whereabouts};
use crate::preview;
use crate::seen::{Seen, request_changed};
use crate::wire::{Draft, NewDecision, RequestView};

/// Decides a request.
///
/// Approving for a group or the organization also settles the pending requests of other computers in that scope for
/// the same subject; a denial does so only when `include_matching` is set. The scope `group` means the group that the
/// computer is in now.
///
/// While the computer is unconfirmed, because another one has its host name, a decision can be for the computer alone.
///
/// With `condition` `publisher`, an approval covers every file that the same publisher signed. It settles the pending requests
/// for the same file, as any approval does; those for other files of the publisher stay pending, because each may have been
/// asked for on other grounds, but their computers may run them.
///
/// A request that was denied or ignored is decided anew by naming the decision that is replaced (`replaces`). The earlier one
/// stays in `earlier_decisions`. An approval for the group or the organization then also applies to the requests in that scope
/// that were denied along with this one.
#[utoipa::path(post, path = "/v1/requests/{request_id}/decision", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path), DryRun, IdempotencyKey), request_body = NewDecision,
    responses((status = 200, body = RequestView, description = "The request is decided; with `dry_run`, nothing is changed, and the answer is a `DecisionPreview`: whom the decision would reach, what it would settle, and who would be told."), (status = 409, description = "The request has changed since it was seen, and `changed` says what; the organization does not allow this condition; somebody decided first, which `decision` shows; the request is no longer pending; the computer that asked has been removed, or is unconfirmed and the decision is for more than itself; or the approval is for its group, which has been deleted.")))]
pub async fn decide_request(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RequestId>,
    QueryOf(DryRun { dry_run }): QueryOf<DryRun>,
    key: IdempotencyKey,
    body: JsonBody<NewDecision>,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let draft = body.value.checked(journal.random(), &caller, &administrator.value)?;
    let (actor, request) = asked_about(journal, &administrator, &id).await?;
    if dry_run {
        let preview = preview::of_decision(journal, &actor, request, &draft, caller.now).await?;
        return Ok(Json(preview).into_response());
    }
    let terms = terms(&caller, &key, "decision", &id, body.bytes());
    let (saved, settings) = save(journal, &actor, &caller.origin(), &request.value, &draft, terms).await?;
    answer(journal, &actor, Opened::by(&actor, saved)?, Some(settings), caller.now).await
}

/// The preconditions of the change. The same key with another request or another body is another attempt.
pub fn terms(caller: &Caller, key: &IdempotencyKey, what: &str, id: &RequestId, body: &[u8]) -> Terms {
    let attempt = [what.as_bytes(), b" ", id.as_str().as_bytes(), b"\n", body].concat();
    Terms { revisions: None, idempotency: caller.idempotency(key, &attempt) }
}

/// What a decision on a request is judged on beside the request: read right before.
pub struct Ground {
    /// Where the computer that asked is now.
    pub at: Whereabouts,
    /// What the organization says of decisions.
    pub settings: ApprovalSettings,
    /// The decision, with what the settings say where the draft is silent.
    pub decision: Decision,
}

impl Ground {
    /// Reads the computer with its group, and the organization's settings.
    pub async fn of(
        journal: &Journal,
        actor: &Actor,
        request: &Request,
        draft: &Draft,
    ) -> Result<Self, Problem> {
        let settings = approval_settings_at(journal, &request.organization_id, &request.ancestors);
        let (at, settings) = try_join(whereabouts(journal, request), settings).await?;
        let at = at.place;
        let scope = defaults::scope(actor, request, &at, &settings, draft.condition);
        let decision = draft.decision(&settings, scope)?;
        Ok(Self { at, settings, decision })
    }
}

/// Saves a decision on a request, unless another one was saved first. The permission is checked against the request that
/// is being replaced. Returns also the settings that it was judged by.
pub async fn save(
    journal: &Journal,
    actor: &Actor,
    origin: &Origin,
    request: &Request,
    draft: &Draft,
    terms: Terms,
) -> Result<(Stored<Request>, ApprovalSettings), Problem> {
    let ground = Ground::of(journal, actor, request, draft).await?;
    let saved = save_on(journal, actor, origin, &request.id, draft, &ground, terms).await?;
    Ok((saved, ground.settings))
}

/// The same on a ground that was read.
pub async fn save_on(
    journal: &Journal,
    actor: &Actor,
    origin: &Origin,
    id: &RequestId,
    draft: &Draft,
    ground: &Ground,
    terms: Terms,
) -> Result<Stored<Request>, Problem> {
    let decision = &ground.decision;
    let saved = journal.save_update(id, terms, |old: &Request| {
        let (new, permit) = judge(actor, old, draft, ground)?;
        let change = Change::new(&permit, origin, RequestDecided::of(old, &new, decision));
        // By the grant, its request is found.
        let change = GrantRef::of(&new, decision).iter().fold(change, Change::create);
        Ok::<_, NotDecided>((new, change))
    });
    Ok(saved.await?)
}

/// The request as a decision leaves it, with the permit for that; or why the decision is refused.
pub fn judge(
    actor: &Actor,
    request: &Request,
    draft: &Draft,
    ground: &Ground,
) -> Result<(Request, Permit), NotDecided> {
    let Ground { at, settings, decision } = ground;
    let permit = permit(actor, request, decision)?;
    let new = match &draft.replaces {
        Some(replaced) => request.decide_anew(decision.clone(), replaced, at)?,
        None => request.decide(decision.clone(), at)?,
    };
    settings.accepts(decision)?;
    unchanged(draft.seen.as_ref(), request, at)?;
    Ok((new, permit))
}

/// Requires that nothing that matters has changed since the administrator saw the request.
fn unchanged(seen: Option<&Seen>, request: &Request, at: &Whereabouts) -> Result<(), NotDecided> {
    let Some(seen) = seen else { return Ok(()) };
    let changed = seen.changed(&Seen::of(request, at));
    if changed.is_empty() { Ok(()) } else { Err(NotDecided::Changed(changed)) }
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
    /// The organization asks something else of decisions.
    NotAccepted(NotAccepted),
    /// These have changed since the administrator saw the request.
    Changed(Vec<Aspect>),
}

impl From<NotAccepted> for NotDecided {
    fn from(error: NotAccepted) -> Self {
        Self::NotAccepted(error)
    }
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
            NotDecided::NotAccepted(error) => not_accepted(error),
            NotDecided::Changed(aspects) => request_changed(aspects),
        }
    }
}

/// The answer when the organization asks something else of decisions.
fn not_accepted(error: NotAccepted) -> Problem {
    let detail = error.to_string();
    match error {
        NotAccepted::MessageRequired => Problem::invalid_field("/message", detail),
        NotAccepted::PublisherNotAllowed | NotAccepted::PublisherTooWide { .. } => {
            Problem::new(Code::ConditionNotAllowed, detail)
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
        TransitionError::NoPublisher(_) => Problem::invalid_field("/condition", detail),
    }
}
