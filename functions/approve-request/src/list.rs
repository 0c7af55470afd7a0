//! The list of requests of an organization and everything below it, newest first.

use axum::extract::State;
use countersign_authority::rights::rights_at;
use countersign_http::{AsReader, Page, Problem, QueryOf, Services};
use countersign_model::{Action, Actor, List, Request, RequestStatus, Resource, decide};
use countersign_store::Stored;
use futures::future::try_join;

use crate::wire::{RequestRow, RequestsQuery};

/// Lists the requests of an organization and everything below it, the newest first.
///
/// A page may be short or even empty although `next_cursor` is set.
#[utoipa::path(get, path = "/v1/requests", tag = "requests", security(("administrator" = [])),
    params(RequestsQuery), responses((status = 200, body = Page<RequestRow>)))]
pub async fn list_requests(
    State(services): State<Services>,
    AsReader { caller, administrator, paging }: AsReader,
    QueryOf(query): QueryOf<RequestsQuery>,
) -> Result<Page<RequestRow>, Problem> {
    let journal = &services.journal;
    let organization = query.organization_id.as_ref().unwrap_or(&administrator.value.organization_id);
    let list = match query.status {
        Some(RequestStatus::Pending) => List::PendingRequests,
        _ => List::Requests,
    };
    let (cursor, limit) = (paging.open(query.cursor.as_ref())?, query.limit.get());
    let rights = async { Ok::<_, Problem>(rights_at(journal, &administrator, organization).await?) };
    let page =
        async { Ok(journal.withheld_page::<Request>(organization, list, cursor.as_deref(), limit).await) };
    let (rights, page) = try_join(rights, page).await?;
    let permit = decide(&rights.actor, Action::RequestsList, &rights.resource())?;
    let page = page.open(&permit)?;
    let wanted = |request: &Request| {
        query.kind.is_none_or(|kind| request.kind() == kind)
            && query.status.is_none_or(|status| request.status_at(caller.now) == status)
    };
    let items = page.items.into_iter().filter(|request| wanted(&request.value));
    let mut rows = Rows { actor: &rights.actor, last: None };
    let items = items.filter_map(|request| rows.row(request, caller.now)).collect();
    paging.page(items, page.next)
}

/// Makes the rows of a page, each according to what the caller may do with the request. Neighbours are mostly of one organization and kind, and are decided alike.
struct Rows<'a> {
    actor: &'a Actor,
    last: Option<Decided>,
}

/// The decisions about the requests of an organization that are of one kind.
struct Decided {
    about: Resource,
    can_list: bool,
    can_open: bool,
}

impl Rows<'_> {
    /// A row, or `None` if the request belongs to an organization below that the right to list does not reach.
    fn row(&mut self, request: Stored<Request>, now: jiff::Timestamp) -> Option<RequestRow> {
        let Decided { can_list, can_open, .. } = *self.decided(&request.value);
        can_list.then(|| RequestRow::at(now, request, can_open))
    }

    fn decided(&mut self, request: &Request) -> &Decided {
        let alike = |decided: &Decided| {
            decided.about.organization == request.organization_id
                && decided.about.kind == Some(request.kind())
        };
        let last = self.last.take().filter(alike);
        self.last.insert(last.unwrap_or_else(|| {
            let about = request.resource();
            let may = |action| decide(self.actor, action, &about).is_ok();
            let (can_list, can_open) = (may(Action::RequestsList), may(Action::RequestsOpen));
            Decided { about, can_list, can_open }
        }))
    }
}
