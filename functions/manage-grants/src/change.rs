//! Shortening, prolonging and revoking a grant.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::{approval_settings_at, request_of_grant};
use countersign_http::{
    AsAdministrator, Code, IdempotencyKey, IfMatch, JsonBody, PathId, Problem, Services, etag,
};
use countersign_journal::{Change, Journal, Terms};
use countersign_model::act::{GrantEdited, RequestRevoked};
use countersign_model::{
    Action, Actor, ApprovalSettings, Condition, DecisionScope, Denial, EndChange, FaultKind, GrantId,
    NotAccepted, NotProlonged, Permit, Request, RequestId, Revocation, TransitionError, decide,
};
use countersign_store::{Stored, UpdateError};
use jiff::Timestamp;

use crate::list::views;
use crate::wire::{GrantChanges, GrantRevocation, GrantView};

/// Lets a grant end earlier or later, or never.
///
/// It needs the right to approve at the scope of the grant. Computers in its scope learn of it at their next check-in. What was
/// settled along with the approval ends at the same time. Requesters who gave an email address are notified. A grant whose time
/// begins with its first use can only be shortened.
#[utoipa::path(patch, path = "/v1/grants/{grant_id}", tag = "grants", security(("administrator" = [])),
    params(("grant_id" = inline(GrantId), Path), IfMatch), request_body = GrantChanges,
    responses((status = 200, body = GrantView,
            headers(("ETag" = String, description = "The revision of the grant in quotes, for `If-Match`."))), (status = 409, description = "The grant is not in force; or it would be prolonged, and its file is flagged as malicious, or the organization no longer allows approvals of a publisher as far.")))]
pub async fn edit_grant(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<GrantId>,
    if_match: IfMatch,
    body: JsonBody<GrantChanges>,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let end = body.value.expires_at.map(Timestamp::from);
    let change = EndChange {
        administrator_id: administrator.value.id.clone(),
        administrator_name: administrator.value.name.clone(),
        at: caller.now,
    };
    let actor = administrator.actor(journal).await?;
    let request = of_grant(journal, &id, body.value.request_id.as_ref()).await?;
    let origin = caller.origin();
    let flag = journal.flag_on(&request.value).await?;
    let settings = match condition(&request.value) {
        Condition::File => ApprovalSettings::default(),
        Condition::Publisher => {
            approval_settings_at(journal, &request.value.organization_id, &request.value.ancestors).await?
        }
    };
    let saved = journal.save_update(&request.value.id, if_match.0, |old: &Request| {
        let permit = permit(&actor, Action::approve(old.kind()), old)?;
        let new = old.ending_at(end, change.clone())?;
        if ends_later(old, end) {
            // Processing revokes it in a moment. Until then it can only be shortened.
            if let Some(flag) = &flag {
                return Err(NotChanged::Flagged(flag.refusal()));
            }
            settings.allows(condition(old), scope(old))?;
        }
        let change = Change::new(&permit, &origin, GrantEdited::of(old, &new));
        Ok::<_, NotChanged>((new, change))
    });
    let saved = match saved.await {
        Err(UpdateError::Refused(NotChanged::Prolonging(NotProlonged::Same))) => request,
        saved => saved?,
    };
    answer(journal, &actor, saved, caller.now).await
}

/// Revokes a grant, as revoking the approval of its request does.
///
/// Computers in its scope learn of it at their next check-in. Requests that were settled along with the approval are revoked too.
/// Requesters who gave an email address are notified.
#[utoipa::path(post, path = "/v1/grants/{grant_id}/revocation", tag = "grants", security(("administrator" = [])),
    params(("grant_id" = inline(GrantId), Path), IdempotencyKey), request_body = GrantRevocation,
    responses((status = 200, body = GrantView,
            headers(("ETag" = String, description = "The revision of the grant in quotes, for `If-Match`."))), (status = 409, description = "The grant is not in force.")))]
pub async fn revoke_grant(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<GrantId>,
    key: IdempotencyKey,
    body: JsonBody<GrantRevocation>,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let revocation = Revocation {
        administrator_id: administrator.value.id.clone(),
        administrator_name: administrator.value.name.clone(),
        at: caller.now,
        message: body.value.checked()?,
    };
    let actor = administrator.actor(journal).await?;
    let request = of_grant(journal, &id, body.value.request_id.as_ref()).await?;
    let attempt = [b"grant ".as_slice(), id.as_str().as_bytes(), b"\n", body.bytes()].concat();
    let terms = Terms { revisions: None, idempotency: caller.idempotency(&key, &attempt) };
    let origin = caller.origin();
    let saved = journal.save_update(&request.value.id, terms, |old: &Request| {
        let permit = permit(&actor, Action::RequestsRevoke, old)?;
        let new = old.revoke(revocation.clone())?;
        let change = Change::new(&permit, &origin, RequestRevoked::of(old, &new));
        Ok::<_, NotChanged>((new, change))
    });
    let saved = saved.await?;
    answer(journal, &actor, saved, caller.now).await
}

/// Whether the grant would end later than it does.
fn ends_later(request: &Request, end: Option<Timestamp>) -> bool {
    let now = request.decision.as_ref().and_then(|decision| decision.expires_at);
    match (now, end) {
        (Some(now), Some(end)) => end > now,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// The request whose approval gave the grant.
async fn of_grant(
    journal: &Journal,
    id: &GrantId,
    named: Option<&RequestId>,
) -> Result<Stored<Request>, Problem> {
    request_of_grant(journal, id, named).await?.ok_or_else(Problem::not_found)
}

/// Whether the actor may do this up to the scope of the approval.
fn permit(actor: &Actor, action: Action, request: &Request) -> Result<Permit, Denial> {
    decide(actor, action, &request.resource().scope(scope(request)))
}

fn scope(request: &Request) -> DecisionScope {
    request.decision.as_ref().map_or(DecisionScope::Computer, |decision| decision.scope)
}

fn condition(request: &Request) -> Condition {
    request.decision.as_ref().map(|decision| decision.condition).unwrap_or_default()
}

async fn answer(
    journal: &Journal,
    actor: &Actor,
    saved: Stored<Request>,
    now: Timestamp,
) -> Result<Response, Problem> {
    let at = saved.value.resource();
    let views = views(journal, (actor, &at), &[&saved.value], None, now).await?;
    let view = views.into_iter().next().ok_or_else(Problem::not_found)?;
    Ok(([etag(saved.revision)], Json(view)).into_response())
}

/// Why a grant is not changed.
enum NotChanged {
    /// The administrator may not change a grant of this scope.
    Denied(Denial),
    /// The end is not possible.
    Prolonging(NotProlonged),
    /// There is no approval in force.
    Standing(TransitionError),
    /// The file is flagged as malicious, and it would be prolonged.
    Flagged(String),
    /// The organization no longer allows what it covers, and it would be prolonged.
    NotAllowed(NotAccepted),
}

impl From<NotAccepted> for NotChanged {
    fn from(why: NotAccepted) -> Self {
        Self::NotAllowed(why)
    }
}

impl From<Denial> for NotChanged {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<NotProlonged> for NotChanged {
    fn from(why: NotProlonged) -> Self {
        Self::Prolonging(why)
    }
}

impl From<TransitionError> for NotChanged {
    fn from(why: TransitionError) -> Self {
        Self::Standing(why)
    }
}

impl From<NotChanged> for Problem {
    fn from(why: NotChanged) -> Self {
        match why {
            NotChanged::Denied(denial) => denial.into(),
            NotChanged::Standing(why) => Self::new(Code::NotApproved, why.to_string()),
            NotChanged::Flagged(detail) => Self::new(Code::FileFlagged, detail),
            NotChanged::NotAllowed(why) => Self::new(Code::ConditionNotAllowed, why.to_string()),
            NotChanged::Prolonging(why) => {
                let detail = why.to_string();
                match why {
                    NotProlonged::NotApproved { .. } | NotProlonged::Same => {
                        Self::new(Code::NotApproved, detail)
                    }
                    NotProlonged::SettledAlong { .. } => Self::new(Code::SettledAlong, detail),
                    NotProlonged::InThePast => {
                        Self::invalid_field("/expires_at", FaultKind::NotInFuture.saying(detail))
                    }
                    NotProlonged::StartsAtFirstUse => {
                        Self::invalid_field("/expires_at", FaultKind::NotUsable.saying(detail))
                    }
                }
            }
        }
    }
}
