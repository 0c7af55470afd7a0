//! The list of requests of an organization and everything below it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use countersign_authority::rights::rights_at;
use countersign_http::{AsReader, Problem, QueryOf, Services};
use countersign_journal::{Part, Records};
use countersign_model::{Action, Actor, ReadableList, RequestFilter, RequestId, RequestReader, decide};
use futures::future::try_join;
use jiff::Timestamp;

use crate::listed::{Listed, Row};
use crate::query::{RequestsPage, RequestsQuery};

/// Lists the requests of an organization and everything below it, the newest first.
///
/// A page may be short or even empty although `next_cursor` is set. When the list is narrowed by more than `status=pending`, a
/// page looks at no more than twice as many requests as it has room for, and says at how many in `looked_at`.
#[utoipa::path(get, path = "/v1/requests", tag = "requests", security(("administrator" = [])),
    params(RequestsQuery), responses((status = 200, body = RequestsPage)))]
pub async fn list_requests(
    State(services): State<Services>,
    AsReader { caller, administrator, paging }: AsReader,
    QueryOf(query): QueryOf<RequestsQuery>,
) -> Result<Json<RequestsPage>, Problem> {
    let journal = &services.journal;
    let organization = query.organization_id.as_ref().unwrap_or(&administrator.value.organization_id);
    let filter = query.filter(organization, &administrator.value.id);
    let (list, (from, below)) = (ReadableList::of_wanted(&filter), filter.ids_in_list());
    let cursor = paging.open(query.cursor.as_ref())?;
    let part = Part {
        cursor: cursor.as_deref(),
        limit: query.limit.get(),
        oldest_first: query.oldest_first(),
        from: from.as_ref().map(RequestId::as_str),
        below: below.as_ref().map(RequestId::as_str),
    };
    let rights = async { Ok::<_, Problem>(rights_at(journal, &administrator, organization).await?) };
    let page = async { Ok(journal.withheld_page(organization, list, &part, &Listed::open).await) };
    let (rights, page) = try_join(rights, page).await?;
    let permit = decide(&rights.actor, Action::RequestsList, &rights.resource())?;
    let mut rows = Rows::new(&rights.actor, &filter, caller.now);
    let mut next = rows.take(page.open(&permit)?, &part);
    let room = part.limit.saturating_sub(rows.items.len());
    if filter.looks_closer()
        && room > 0
        && let Some(cursor) = &next
    {
        let more = Part { cursor: Some(cursor), limit: room, ..part };
        next = rows.take(journal.opened_part(&permit, list, &more, &Listed::open).await?, &part);
    }
    let looked_at = filter.looks_closer().then_some(rows.looked_at);
    Ok(Json(RequestsPage { items: rows.items, next_cursor: paging.seal(next)?, looked_at }))
}

/// The rows of a page, each according to what the caller may do with the request.
struct Rows<'a> {
    reader: RequestReader<'a>,
    filter: &'a RequestFilter,
    now: Timestamp,
    items: Vec<Row>,
    looked_at: usize,
}

impl<'a> Rows<'a> {
    fn new(actor: &'a Actor, filter: &'a RequestFilter, now: Timestamp) -> Self {
        Self { reader: RequestReader::new(actor), filter, now, items: Vec::new(), looked_at: 0 }
    }

    /// Adds those that are wanted and that the caller may see. Returns where the list goes on, unless nothing wanted can follow.
    fn take(&mut self, page: Records<Arc<Listed>>, part: &Part<'_>) -> Option<String> {
        let last = page.items.last().map(|last| last.request().id.clone());
        for listed in page.items {
            let may = self.reader.may_read(listed.request());
            if may.list {
                self.looked_at += 1;
                if self.filter.wants(listed.request(), may.open, self.now) {
                    self.items.push(listed.row(self.now, may.open));
                }
            }
        }
        page.next.filter(|_| last.is_none_or(|last| !part.is_past(last.as_str())))
    }
}
