//! Renewing: a requester asks to prolong an approval before it ends, or soon after.

use axum::extract::State;
use axum::response::IntoResponse;
use countersign_http::{AsComputer, Code, IdempotencyKey, LooseBody, PathId, Problem, Services};
use countersign_model::{Attachment, NewRequest, NotRenewable, Reported, Request, RequestId};

use crate::status::own_request;
use crate::submit::{Asking, ask};
use crate::warnings::Warnings;
use crate::wire::{Renewal, Submitted};

/// Asks to prolong an approval that will end, or that ended at most 7 days ago.
///
/// This makes a new request for the same subject, which waits for a decision as any other and says what it renews. If a
/// request for the subject is pending already, the user becomes a requester of that one. The approval that is to be
/// renewed goes on until its end, whatever is decided.
///
/// The limits of new requests apply.
#[utoipa::path(post, path = "/agent/v1/requests/{request_id}/renewal", tag = "agents", security(("computer" = [])),
    params(("request_id" = inline(RequestId), Path), IdempotencyKey), request_body = Renewal,
    responses((status = 201, description = "The request is made.", body = Submitted),
        (status = 200, description = "A request for the subject is pending already, and the user asks for it, too.", body = Submitted),
        (status = 409, description = "There is no approval that could be renewed, or its file is flagged as malicious.")))]
pub async fn renew_request(
    State(services): State<Services>,
    AsComputer { caller, computer, .. }: AsComputer,
    PathId(id): PathId<RequestId>,
    key: IdempotencyKey,
    body: LooseBody<Renewal>,
) -> Result<impl IntoResponse, Problem> {
    let computer = computer.value;
    // The same body for another approval is another call.
    let called = [id.as_str().as_bytes(), body.bytes()].concat();
    let idempotency = caller.idempotency(&key, &called);
    let mut warnings = Warnings::default();
    warnings.unknown(&body.unknown);
    let requester = body.value.checked(&mut warnings)?;
    let (old, _) = own_request(&services.journal, &computer, &id).await?;
    let renews = old.renewal(caller.now).map_err(not_renewable)?;
    // Who flagged it is not for the computer to know. One that is flagged meanwhile is denied by processing.
    if services.journal.flag_on(&old).await?.is_some() {
        let detail = "the file was flagged as malicious, so its approval is not prolonged";
        return Err(Problem::new(Code::FileFlagged, detail));
    }
    let named = policy_named(&old);
    let new = NewRequest {
        attach: old.attachment != Attachment::NotWanted,
        subject: old.subject,
        requester,
        policy_id: None,
        policy_name: None,
        unknown_policy: old.unknown_policy,
        idempotency: idempotency.as_ref().map(|idempotency| idempotency.digest().to_owned()),
    };
    ask(&services, &caller, &computer, Asking { new, named, renews: Some(renews), idempotency }, warnings)
        .await
}

/// The policy that blocked it then. It may have been replaced since, like one that an agent names.
fn policy_named(old: &Request) -> Option<Reported> {
    old.policy_id.as_ref().map(|id| Reported::from(id.as_str()))
}

fn not_renewable(why: NotRenewable) -> Problem {
    Problem::new(Code::NotRenewable, why.to_string())
}
