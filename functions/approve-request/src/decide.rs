//! Deciding a request: the first decision wins.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_http::openapi::OrPreview;
use countersign_http::{
    AsAdministrator, Caller, DryRun, IdempotencyKey, JsonBody, PathId, Problem, QueryOf, Services,
};
use countersign_journal::{Change, Journal, Terms};
use countersign_model::act::RequestDecided;
use countersign_model::{Actor, ApprovalSettings, GrantRef, Origin, Request, RequestId};
use countersign_store::Stored;

use crate::judge::{Ground, NotDecided, judge};
use crate::open::{Opened, answer, asked_about};
use crate::preview;
use crate::wire::{DecisionPreview, Draft, NewDecision, RequestView};

/// The decided request, or what a dry run answers.
type DecidedOrPreview = OrPreview<RequestView, DecisionPreview>;

/// Decides a request.
///
/// Approving for a group or the organization also settles the pending requests of other computers in that scope for
/// the same subject; a denial does so only when `include_matching` is set. The scope `group` means the group that the
/// computer is in now.
///
/// While the computer is unconfirmed, because another one has its host name, a decision can be for the computer alone. If clones of it
/// use its token, an approval for it alone is refused (`computer-unreachable`): the token is refused, so it would reach nobody.
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
    responses((status = 200, body = inline(DecidedOrPreview), description = "The request is decided; with `dry_run`, nothing is changed, and the answer is a `DecisionPreview`: whom the decision would reach, what it would settle, and who would be told."), (status = 409, description = "The request has changed since it was seen, and `changed` says what; the organization does not allow this condition; somebody decided first, which `decision` shows; the request is no longer pending; the computer that asked has been removed, or is unconfirmed and the decision is for more than itself; the approval is for its group, which has been deleted; or its file is flagged as malicious, and the decision approves it.")))]
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
