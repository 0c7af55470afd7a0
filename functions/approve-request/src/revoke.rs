//! Taking an approval back.

use axum::extract::State;
use axum::response::Response;
use countersign_http::{AsAdministrator, IdempotencyKey, JsonBody, PathId, Problem, Services};
use countersign_journal::Change;
use countersign_model::{
    Act, Action, DecisionScope, List, Notice, Request, RequestId, Revocation, TransitionError, decide,
};
use serde_json::json;

use crate::decide::{refused, terms};
use crate::open::{answer, asked_about};
use crate::wire::{NewRevocation, RequestView};

/// Takes an approval back. Computers in its scope hear of it at their next check-in.
#[utoipa::path(post, path = "/v1/requests/{request_id}/revocation", tag = "requests", security(("session" = [])),
    params(("request_id" = String, Path), IdempotencyKey), request_body = NewRevocation, responses((status = 200, body = RequestView)))]
pub async fn revoke_request(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RequestId>,
    key: IdempotencyKey,
    body: JsonBody<NewRevocation>,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let revocation = Revocation {
        administrator_id: administrator.value.id.clone(),
        administrator_name: administrator.value.name.clone(),
        at: caller.now,
        message: body.value.checked()?,
    };
    let (actor, request) = asked_about(journal, &administrator, &id).await?;
    let decision = request.value.decision.as_ref();
    let scope = decision.map_or(DecisionScope::Computer, |decision| decision.scope);
    let permit = decide(&actor, Action::RequestsRevoke, &request.value.resource().scope(scope))?;
    if let Some(other) = decision.and_then(|decision| decision.settled_by.as_ref()) {
        let detail = format!("the request was decided along with `{other}`; revoke that one");
        return Err(Problem::conflict("settled-along", detail));
    }
    let origin = caller.origin();
    let terms = terms(&caller, &key, "revocation", &id, body.bytes());
    let saved = journal.save_update(&id, terms, |old: &Request| {
        let new = old.revoke(revocation.clone())?;
        let change = Change::new(&permit, &origin, &old.organization_id, Act::RequestRevoked)
            .about(id.as_str())
            .about(old.computer_id.as_str())
            .detail(json!({
                "kind": old.kind(), "subject": old.subject.key(), "hostname": old.hostname,
                "before": { "status": old.status }, "after": { "status": new.status }, "scope": scope,
            }))
            .index(List::Grants, id.as_str())
            .agents()
            .tell(Notice::RequestRevoked { request_id: id.clone() });
        Ok::<_, TransitionError>((new, change))
    });
    let saved = saved.await.map_err(refused)?;
    services.wake(&saved.value.organization_id);
    answer(journal, &actor, saved, caller.now).await
}
