//! Submitting: the first submission creates a request; repeating it while the request is pending counts up. Other users of
//! the computer join it.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_authority::approval_settings;
use countersign_http::{AsComputer, Caller, IdempotencyKey, LooseBody, Problem, Services};
use countersign_journal::Journal;
use countersign_model::{
    ApprovalSettings, Computer, NewRequest, Organization, Renews, Reported, Request, RequestId,
};
use countersign_store::{AskedRequests, Idempotency, KeyRequests, KeyWeek, Manifest, Stored};
use futures::future::try_join5;
use http::StatusCode;
use jiff::Timestamp;

use crate::kept;
use crate::limits::largest_copy_for;
use crate::policy;
use crate::reason::require_reason;
use crate::save::{self, with_copy};
use crate::submitting::Submitting;
use crate::warnings::Warnings;
use crate::wire::{Submission, Submitted};

/// Asks for permission.
///
/// Asking again for the same subject while the request is pending returns the same request. Another user of the computer
/// becomes a requester of it, with a reason and address of their own; a user who asks again may give a better reason or an
/// address. User names that differ only in upper and lower case are of the same user.
///
/// Details that are odd do not stop a request: `warnings` in the answer says what was not taken as it was sent. Only an
/// organization that requires a reason refuses one that is not what it requires, with 422 at `/reason`; the message says what
/// is missing. A user whose reason was accepted need not repeat it while the request is pending.
///
/// A computer may make a limited number of new requests per minute and per day, and have a limited number of open
/// ones; so may all computers together that enrolled with the same key. Beyond that, the answer is 429 with
/// `Retry-After`. Asking again and retrying under the same `Idempotency-Key` do not count.
///
/// Users who join or amend a pending request have limits, too, which are far above what the users of a terminal server
/// need. A repetition beyond the limits is answered as ever, but not counted.
#[utoipa::path(post, path = "/agent/v1/requests", tag = "agents", security(("computer" = [])), params(IdempotencyKey),
    request_body = Submission, responses((status = 201, description = "The request is made.", body = Submitted),
        (status = 200, description = "The same request is pending already, and the computer has asked once more.", body = Submitted)))]
pub async fn submit_request(
    State(services): State<Services>,
    AsComputer { caller, computer, .. }: AsComputer,
    key: IdempotencyKey,
    body: LooseBody<Submission>,
) -> Result<impl IntoResponse, Problem> {
    let computer = computer.value;
    let idempotency = caller.idempotency(&key, body.bytes());
    let mut warnings = Warnings::default();
    warnings.unknown(&body.unknown);
    let (new, named) = checked(&body.value, idempotency.as_ref(), &mut warnings)?;
    ask(&services, &caller, &computer, Asking { new, named, renews: None, idempotency }, warnings).await
}

/// What is asked for.
pub struct Asking {
    pub new: NewRequest,
    /// What is named as its policy.
    pub named: Option<Reported>,
    /// The approval that it asks to prolong.
    pub renews: Option<Renews>,
    pub idempotency: Option<Idempotency>,
}

/// Makes the request, or asks once more for the one that is pending.
pub async fn ask(
    services: &Services,
    caller: &Caller,
    computer: &Computer,
    asking: Asking,
    mut warnings: Warnings,
) -> Result<(StatusCode, Json<Submitted>), Problem> {
    let Asking { new, named, renews, idempotency } = asking;
    let sha256 = new.subject.file().map(|file| file.sha256.as_str());
    // Before its newest requests are read, so that none of another call is missed.
    let under_way = services.under_way.enter(computer.id.as_str(), &new.subject.key());
    let ((organization, settings), policy, stored, asked, of_key) = try_join5(
        organization(&services.journal, computer),
        policy::named(&services.journal, computer, named.as_ref()),
        stored_copy(&services.journal, computer, sha256.filter(|_| new.attach)),
        asked(&services.journal, computer),
        of_key(&services.journal, computer, caller.now),
    )
    .await?;
    let (attach, requester) = (new.attach, new.requester.clone());
    let size = new.subject.file().filter(|_| attach).and_then(|file| file.size);
    let new = policy::taken(new, policy, named, &mut warnings);
    let id = RequestId::from_ulid(services.journal.random().ulid(caller.now));
    let request = Request::submit(id, &organization, computer, new, caller.now).renewing(renews);
    let request = request.waiting_for(settings.pending_lasts());
    let largest_copy = largest_copy_for(services, size).await?;
    let request = with_copy(request.keeping_up_to(largest_copy), stored.as_ref());
    let submitting = Submitting {
        computer,
        request,
        requester,
        attach,
        largest_copy,
        stored,
        idempotency,
        asked,
        of_key,
        under_way,
    };
    require_reason(&services.journal, &settings, &submitting, caller.now).await?;
    let saved = save::submit(services, caller, &submitting).await?;
    let rights = |request: &Request| request.subject.file().and_then(|file| file.elevation.clone());
    if rights(&submitting.request).is_some_and(|asked| rights(&saved.request) != Some(asked)) {
        let message = "another account or duration is asked for in the pending request, which stays as it is";
        warnings.add("/subject/account", message);
    }
    if !saved.created {
        kept::compare(&saved.request, &submitting.requester, &mut warnings);
    }
    let status = if saved.created { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(Submitted::at(caller.now, &saved.request, attach, warnings))))
}

/// The validated submission, to which its policy is added later, and what it names as its policy.
fn checked(
    body: &Submission,
    idempotency: Option<&Idempotency>,
    warnings: &mut Warnings,
) -> Result<(NewRequest, Option<Reported>), Problem> {
    let new = NewRequest {
        subject: body.subject.checked(body.kind, warnings)?,
        requester: body.requester.checked(warnings.reason(&body.reason), warnings)?,
        policy_id: None,
        policy_name: None,
        unknown_policy: None,
        attach: attach(body, warnings),
        idempotency: idempotency.map(|idempotency| idempotency.digest().to_owned()),
    };
    Ok((new, warnings.reported("/policy_id", &body.policy_id, Reported::UNKNOWN_MAX)))
}

/// Whether a copy of the file may be kept. Somebody who answers in a way that is not understood may have meant no.
fn attach(body: &Submission, warnings: &mut Warnings) -> bool {
    let Some(attach) = &body.attach else { return true };
    attach.read::<bool>().unwrap_or_else(|| {
        warnings.add("/attach", "must be `true` or `false`; no copy of the file is kept");
        false
    })
}

/// The computer's organization, and what counts there for requests.
async fn organization(
    journal: &Journal,
    computer: &Computer,
) -> Result<(Organization, ApprovalSettings), Problem> {
    let found: Option<Stored<Organization>> = journal.load(&computer.organization_id).await?;
    let organization = found.ok_or_else(Problem::not_found)?.value;
    let settings = approval_settings(journal, &organization).await?;
    Ok((organization, settings))
}

/// The manifest of the bytes, if a computer of the organization has sent them before.
pub async fn stored_copy(
    journal: &Journal,
    computer: &Computer,
    sha256: Option<&str>,
) -> Result<Option<Manifest>, Problem> {
    match sha256 {
        Some(sha256) => Ok(journal.attachment(&computer.organization_id, sha256).await?),
        None => Ok(None),
    }
}

async fn asked(journal: &Journal, computer: &Computer) -> Result<AskedRequests, Problem> {
    Ok(journal.asked_requests(&computer.id).await?)
}

/// What the computers of the same enrollment key asked this week.
async fn of_key(journal: &Journal, computer: &Computer, now: Timestamp) -> Result<KeyRequests, Problem> {
    match &computer.enrollment_key_id {
        Some(key) => Ok(journal.key_requests(&KeyWeek::of(key, now)).await?),
        None => Ok(KeyRequests::default()),
    }
}
