//! Revoking an approval.

use axum::extract::State;
use axum::response::Response;
use countersign_http::{AsAdministrator, Code, IdempotencyKey, JsonBody, PathId, Problem, Services};
use countersign_journal::Change;
use countersign_model::act::RequestRevoked;
use countersign_model::{
    Action, Actor, DecisionScope, Denial, Permit, Request, RequestId, Revocation, TransitionError, decide,
};

use crate::decide::terms;
use crate::judge::conflict;
use crate::open::{Opened, answer};
use crate::wire::{NewRevocation, RequestView};

/// Revokes an approval.
///
/// Computers in its scope learn of it at their next check-in. Requests that were settled along with it are revoked too.
/// Requesters who gave an email address are notified.
#[utoipa::path(post, path = "/v1/requests/{request_id}/revocation", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path), IdempotencyKey), request_body = NewRevocation, responses((status = 200, body = RequestView),
        (status = 409, description = "The request is not approved, or it was settled along with another request.")))]
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
    let actor = administrator.actor(journal).await?;
    let origin = caller.origin();
    let terms = terms(&caller, &key, "revocation", &id, body.bytes());
    let saved = journal.save_update(&id, terms, |old: &Request| {
        let permit = permit(&actor, old)?;
        let new = not_settled_along(old)?.revoke(revocation.clone())?;
        let change = Change::new(&permit, &origin, RequestRevoked::of(old, &new));
        Ok::<_, NotRevoked>((new, change))
    });
    let opened = Opened::by(&actor, saved.await?)?;
    answer(journal, &actor, opened, None, caller.now).await
}

/// Whether the actor may revoke the approval at its scope. Judged on the request that is being replaced: while it was
/// pending there was no approval, and the right to approve for one computer would have seemed enough to revoke one for
/// the organization.
fn permit(actor: &Actor, request: &Request) -> Result<Permit, Denial> {
    let scope = request.decision.as_ref().map_or(DecisionScope::Computer, |decision| decision.scope);
    decide(actor, Action::RequestsRevoke, &request.resource().scope(scope))
}

fn not_settled_along(request: &Request) -> Result<&Request, NotRevoked> {
    match request.decision.as_ref().and_then(|decision| decision.settled_by.as_ref()) {
        Some(decided) => Err(NotRevoked::SettledAlong { decided: decided.clone() }),
        None => Ok(request),
    }
}

/// Why an approval is not revoked.
enum NotRevoked {
    /// The administrator may not revoke an approval of this scope.
    Denied(Denial),
    /// It came with the decision on another request, and can only be revoked there.
    SettledAlong { decided: RequestId },
    /// There is no approval in force.
    Standing(TransitionError),
}

impl From<Denial> for NotRevoked {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<TransitionError> for NotRevoked {
    fn from(error: TransitionError) -> Self {
        Self::Standing(error)
    }
}

impl From<NotRevoked> for Problem {
    fn from(error: NotRevoked) -> Self {
        match error {
            NotRevoked::Denied(denial) => denial.into(),
            NotRevoked::SettledAlong { decided } => {
                let detail = format!("the request was decided along with `{decided}`; revoke that one");
                Self::new(Code::SettledAlong, detail)
            }
            NotRevoked::Standing(error) => conflict(error),
        }
    }
}
