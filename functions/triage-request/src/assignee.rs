//! Taking a request, handing it over and releasing it. It says who takes care; anybody with the right still decides.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::rights::actor_of;
use countersign_http::{AsAdministrator, AssigneeView, IfMatch, JsonBody, PathId, Problem, Services, etag};
use countersign_journal::{Change, Journal};
use countersign_model::act::RequestAssigned;
use countersign_model::{
    Actor, Administrator, AdministratorId, Assignee, Denial, FaultKind, Origin, Request, RequestId,
    TransitionError,
};
use countersign_store::{Stored, UpdateError};
use http::StatusCode;
use jiff::Timestamp;

use crate::request::{asked_about, may_open, not_pending};
use crate::wire::NewAssignee;

/// Takes a request, or hands it over to another administrator who may open it.
///
/// It only shows who takes care of the request: whoever may decide it still may. If somebody else has it, they no longer have;
/// send `If-Match` with the revision that you saw to be told instead that somebody was faster.
#[utoipa::path(put, path = "/v1/requests/{request_id}/assignee", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path), IfMatch), request_body = NewAssignee,
    responses((status = 200, body = AssigneeView,
            headers(("ETag" = String, description = "The revision of the request in quotes, for `If-Match`."))), (status = 409, description = "The request is no longer pending.")))]
pub async fn assign_request(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RequestId>,
    if_match: IfMatch,
    body: JsonBody<NewAssignee>,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let (actor, request) = asked_about(journal, &administrator, &id).await?;
    may_open(&actor, &request.value).map(drop)?;
    let whom = match &body.value.administrator_id {
        Some(other) if *other != administrator.value.id => {
            able_to_open(journal, &request.value, other).await?
        }
        _ => administrator.value.clone(),
    };
    let assignee = Assignee { administrator_id: whom.id, administrator_name: whom.name, since: caller.now };
    let saved = save(journal, &actor, &caller.origin(), &id, if_match, Some(assignee), caller.now).await?;
    let view = saved.value.assignee.map(AssigneeView::from);
    Ok(([etag(saved.revision)], Json(view)).into_response())
}

/// Releases a request that somebody has taken.
///
/// Whoever may open it may release it. If nobody has it, nothing changes.
#[utoipa::path(delete, path = "/v1/requests/{request_id}/assignee", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path), IfMatch),
    responses((status = 204, description = "Nobody has the request.")))]
pub async fn release_request(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RequestId>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let journal = &services.journal;
    let (actor, request) = asked_about(journal, &administrator, &id).await?;
    may_open(&actor, &request.value).map(drop)?;
    save(journal, &actor, &caller.origin(), &id, if_match, None, caller.now).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn save(
    journal: &Journal,
    actor: &Actor,
    origin: &Origin,
    id: &RequestId,
    if_match: IfMatch,
    assignee: Option<Assignee>,
    now: Timestamp,
) -> Result<Stored<Request>, Problem> {
    let saved = journal.save_update(id, if_match.0, |old: &Request| {
        let permit = may_open(actor, old)?;
        let new = old.assign(assignee.clone(), now)?.ok_or(NotAssigned::Same)?;
        let change = Change::new(&permit, origin, RequestAssigned::of(old, &new));
        Ok::<_, NotAssigned>((new, change))
    });
    match saved.await {
        Ok(saved) => Ok(saved),
        Err(UpdateError::Refused(NotAssigned::Same)) => {
            journal.load::<Request>(id).await?.ok_or_else(Problem::not_found)
        }
        Err(UpdateError::Refused(NotAssigned::Denied(denial))) => Err(denial.into()),
        Err(UpdateError::Refused(NotAssigned::Over(error))) => Err(not_pending(&error)),
        Err(UpdateError::Store(error)) => Err(error.into()),
    }
}

/// The administrator to whom the request is handed over. One who does not exist is refused like one who may not open it.
async fn able_to_open(
    journal: &Journal,
    request: &Request,
    id: &AdministratorId,
) -> Result<Administrator, Problem> {
    let found = journal.load::<Administrator>(id).await?.map(|found| found.value);
    if let Some(administrator) = found.filter(Administrator::is_active) {
        let actor = actor_of(journal, &administrator).await?;
        if may_open(&actor, request).is_ok() {
            return Ok(administrator);
        }
    }
    let detail = "must be the id of an active administrator who may open the request";
    Err(Problem::invalid_field("/administrator_id", FaultKind::NotFound.saying(detail)))
}

/// Why a request is not taken or released.
enum NotAssigned {
    /// The caller may not open it.
    Denied(Denial),
    /// It is no longer pending.
    Over(TransitionError),
    /// Nothing would change.
    Same,
}

impl From<Denial> for NotAssigned {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<TransitionError> for NotAssigned {
    fn from(error: TransitionError) -> Self {
        Self::Over(error)
    }
}
