//! The list of requests: of an organization and everything below it, newest first.

use axum::extract::State;
use countersign_authority::rights::rights_at;
use countersign_http::{AsAdministrator, Page, Problem, QueryOf, Services};
use countersign_model::{Action, Actor, List, Request, RequestStatus, decide};
use countersign_store::Stored;
use futures::future::try_join;

use crate::wire::{RequestRow, RequestsQuery};

/// Lists requests.
#[utoipa::path(get, path = "/v1/requests", tag = "requests", security(("session" = [])),
    params(RequestsQuery), responses((status = 200, body = Page<RequestRow>)))]
pub async fn list_requests(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    QueryOf(query): QueryOf<RequestsQuery>,
) -> Result<Page<RequestRow>, Problem> {
    let journal = &services.journal;
    let organization = query.organization_id.as_ref().unwrap_or(&administrator.value.organization_id);
    let list = match query.status {
        Some(RequestStatus::Pending) => List::PendingRequests,
        _ => List::Requests,
    };
    let (cursor, limit) = (query.cursor.as_deref(), query.limit.get());
    let rights = rights_at(journal, &administrator, organization);
    let page = async { Ok(journal.page::<Request>(organization, list, cursor, limit).await?) };
    let (rights, page) = try_join(rights, page).await?;
    let _permit = decide(&rights.actor, Action::RequestsList, &rights.resource())?;
    let wanted = |request: &Request| {
        query.kind.is_none_or(|kind| request.kind() == kind)
            && query.status.is_none_or(|status| request.status_at(caller.now) == status)
    };
    let items = page.items.into_iter().filter(|request| wanted(&request.value));
    let items = items.filter_map(|request| row(&rights.actor, request, caller.now)).collect();
    Ok(Page { items, next_cursor: page.next })
}

/// A row, unless the right to list does not reach the organization below that the request belongs to.
fn row(actor: &Actor, request: Stored<Request>, now: jiff::Timestamp) -> Option<RequestRow> {
    let resource = request.value.resource();
    let _permit = decide(actor, Action::RequestsList, &resource).ok()?;
    let can_open = decide(actor, Action::RequestsOpen, &resource).is_ok();
    Some(RequestRow::at(now, request, can_open))
}
