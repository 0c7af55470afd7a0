//! The list of requests of an organization and everything below it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use countersign_authority::rights::rights_at;
use countersign_http::{AsReader, Problem, QueryOf, Services};
use countersign_journal::{Part, Records};
use countersign_model::{
    Action, Actor, FileFlag, ReadableList, Request, RequestFilter, RequestId, RequestReader, decide,
};
use futures::future::try_join3;
use jiff::Timestamp;

use crate::listed::{Listed, Row};
use crate::query::{RequestsPage, RequestsQuery};
use crate::row::Shown;

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
    let any_flags = async { Ok::<_, Problem>(journal.any_was_flagged().await?) };
    let (rights, page, any_flags) = try_join3(rights, page, any_flags).await?;
    let permit = decide(&rights.actor, Action::RequestsList, &rights.resource())?;
    let mut rows = Rows::new(&rights.actor, &filter, caller.now);
    let mut next = rows.take(page.open(&permit)?, &part);
    let room = part.limit.saturating_sub(rows.found.len());
    if filter.looks_closer()
        && room > 0
        && let Some(cursor) = &next
    {
        let more = Part { cursor: Some(cursor), limit: room, ..part };
        next = rows.take(journal.opened_part(&permit, list, &more, &Listed::open).await?, &part);
    }
    let looked_at = filter.looks_closer().then_some(rows.looked_at);
    let flags = if any_flags { journal.flags_on(&rows.requests()).await? } else { Vec::new() };
    let (items, next_cursor) = (rows.shown(&flags), paging.seal(next)?);
    Ok(Json(RequestsPage { items, next_cursor, looked_at }))
}

/// The rows of a page, each according to what the caller may do with the request.
struct Rows<'a> {
    reader: RequestReader<'a>,
    filter: &'a RequestFilter,
    now: Timestamp,
    /// Each with whether the caller may open it.
    found: Vec<(Arc<Listed>, bool)>,
    looked_at: usize,
}

impl<'a> Rows<'a> {
    fn new(actor: &'a Actor, filter: &'a RequestFilter, now: Timestamp) -> Self {
        Self { reader: RequestReader::new(actor), filter, now, found: Vec::new(), looked_at: 0 }
    }

    /// Adds those that are wanted and that the caller may see. Returns where the list goes on, unless nothing wanted can follow.
    fn take(&mut self, page: Records<Arc<Listed>>, part: &Part<'_>) -> Option<String> {
        let last = page.items.last().map(|last| last.request().id.clone());
        for listed in page.items {
            let may = self.reader.may_read(listed.request());
            if may.list {
                self.looked_at += 1;
                if self.filter.wants(listed.request(), may.open, self.now) {
                    self.found.push((listed, may.open));
                }
            }
        }
        page.next.filter(|_| last.is_none_or(|last| !part.is_past(last.as_str())))
    }

    fn requests(&self) -> Vec<&Request> {
        self.found.iter().map(|(listed, _)| listed.request()).collect()
    }

    /// The rows, where these flags of files are in force.
    fn shown(&self, flags: &[FileFlag]) -> Vec<Row> {
        let row = |(listed, can_open): &(Arc<Listed>, bool)| {
            let flagged = flags.iter().any(|flag| flag.stops(listed.request()));
            listed.row(self.now, Shown { can_open: *can_open, flagged })
        };
        self.found.iter().map(row).collect()
    }
}
