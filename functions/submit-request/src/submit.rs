//! Submitting: the first submission creates a request; repeating it while the request is pending counts up.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use countersign_http::{AsComputer, IdempotencyKey, JsonBody, Problem, Services, field};
use countersign_journal::Journal;
use countersign_model::{
    Computer, DeployedPolicies, DeployedPolicy, Deployment, NewRequest, Organization, PolicyId, Request,
    RequestId, text,
};
use countersign_store::{
    AskedRequests, DeployedPoliciesId, Idempotency, KeyRequests, KeyWeek, Manifest, Stored,
};
use futures::future::try_join5;
use http::StatusCode;
use jiff::Timestamp;

use crate::save::{self, with_copy};
use crate::submitting::Submitting;
use crate::wire::{Submission, Submitted};

/// Asks for permission.
///
/// Asking again for the same subject while the request is pending returns the same request.
///
/// A computer may make a limited number of new requests per minute and per day, and have a limited number of open
/// ones; so may all computers together that enrolled with the same key. Beyond that, the answer is 429 with
/// `Retry-After`. Asking again and retrying under the same `Idempotency-Key` do not count.
#[utoipa::path(post, path = "/agent/v1/requests", tag = "agents", security(("computer" = [])), params(IdempotencyKey),
    request_body = Submission, responses((status = 201, description = "The request is made.", body = Submitted),
        (status = 200, description = "The same request is pending already, and the computer has asked once more.", body = Submitted)))]
pub async fn submit_request(
    State(services): State<Services>,
    AsComputer { caller, computer, .. }: AsComputer,
    key: IdempotencyKey,
    body: JsonBody<Submission>,
) -> Result<impl IntoResponse, Problem> {
    let computer = computer.value;
    let idempotency = caller.idempotency(&key, body.bytes());
    let new = checked(&body.value, idempotency.as_ref())?;
    let sha256 = new.subject.file().map(|file| file.sha256.as_str());
    // Before its newest requests are read, so that none of another call is missed.
    let under_way = services.under_way.enter(computer.id.as_str(), &new.subject.key());
    let (organization, policy, stored, asked, of_key) = try_join5(
        organization(&services.journal, &computer),
        policy(&services.journal, &computer, new.policy_id.as_ref()),
        stored_copy(&services.journal, &computer, sha256.filter(|_| new.attach)),
        asked(&services.journal, &computer),
        of_key(&services.journal, &computer, caller.now),
    )
    .await?;
    let attach = new.attach;
    let named = NewRequest { policy_name: policy.map(|policy| policy.name), ..new };
    let id = RequestId::from_ulid(services.journal.random().ulid(caller.now));
    let request = Request::submit(id, &organization, &computer, named, caller.now);
    let request = with_copy(request, stored.as_ref());
    let submitting =
        Submitting { computer: &computer, request, attach, stored, idempotency, asked, of_key, under_way };
    let saved = save::submit(&services, &caller, &submitting).await?;
    let status = if saved.created { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(Submitted::at(caller.now, &saved.request, attach))))
}

/// The validated submission; the policy's name is added later.
fn checked(body: &Submission, idempotency: Option<&Idempotency>) -> Result<NewRequest, Problem> {
    Ok(NewRequest {
        subject: body.subject.checked(body.kind)?,
        reason: field("/reason", text::reason(body.reason.as_deref().unwrap_or_default()))?,
        requester: body.requester.checked()?,
        policy_id: body.policy_id.clone(),
        policy_name: None,
        attach: body.attach,
        idempotency: idempotency.map(|idempotency| idempotency.digest().to_owned()),
    })
}

async fn organization(journal: &Journal, computer: &Computer) -> Result<Organization, Problem> {
    let found: Option<Stored<Organization>> = journal.load(&computer.organization_id).await?;
    found.map(|found| found.value).ok_or_else(Problem::not_found)
}

/// The policy that was named, which must be live for the computer's group.
async fn policy(
    journal: &Journal,
    computer: &Computer,
    named: Option<&PolicyId>,
) -> Result<Option<DeployedPolicy>, Problem> {
    let Some(id) = named else { return Ok(None) };
    let unknown =
        || Problem::invalid_field("/policy_id", "must be a deployed policy of the computer's group");
    let deployment: Option<Stored<Deployment>> = journal.load(&computer.organization_id).await?;
    let generation = deployment.ok_or_else(unknown)?.value.generation;
    let live: Option<Stored<DeployedPolicies>> =
        journal.load(&DeployedPoliciesId::new(&generation, &computer.group_id)).await?;
    let policy = live.as_ref().and_then(|live| live.value.policy(id)).ok_or_else(unknown)?;
    Ok(Some(policy.clone()))
}

/// The manifest of the bytes, if a computer of the organization has sent them before.
async fn stored_copy(
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
