//! The export of requests with their decisions.

use axum::extract::State;
use axum::response::Response;
use countersign_authority::rights::rights_at;
use countersign_http::{AsReader, Export, ExportFormat, ExportPart, Exported, Problem, QueryOf, Services};
use countersign_journal::{Change, Journal, Part};
use countersign_model::{
    Action, Actor, Permit, ReadableList, Request, RequestFilter, RequestId, RequestReader, decide,
};
use countersign_store::{StoreError, Stored};
use http::Method;
use jiff::Timestamp;

use crate::examples::{EXPORT_LINES, EXPORT_TABLE};
use crate::wire::{ExportQuery, ExportRow};

/// How many requests are read at once.
const AT_ONCE: usize = 100;
/// How many requests one call looks at. The next call goes on.
const MOST: usize = if cfg!(test) { 200 } else { 20_000 };

/// Exports the requests of an organization and everything below it with their decisions, as CSV or JSON lines.
///
/// A call looks at up to 20,000 requests. The last line says where the next call goes on, with the same parameters and `cursor`: as
/// JSON lines `{"end":{"rows":…,"looked_at":…,"next_cursor":…}}`, as CSV `#end`, the number of rows and the cursor. An export
/// without this line was cut off. Of requests that you may not open, it has what the list shows. Each call is recorded in the
/// system audit, with who exported what. With `count`, only the last line is answered: how many requests an export would have.
#[utoipa::path(method(get, head), path = "/v1/requests/export", tag = "requests", security(("administrator" = [])),
    params(ExportQuery), responses((status = 200, description = "The requests, and where to go on.",
        content((String = "application/jsonl", example = json!(EXPORT_LINES)), (String = "text/csv", example = json!(EXPORT_TABLE))), headers(
            ("Content-Disposition" = String, description = "That the export is to be saved, and under which name.")))))]
pub async fn export_requests(
    State(services): State<Services>,
    AsReader { caller, administrator, paging }: AsReader,
    QueryOf(query): QueryOf<ExportQuery>,
    method: Method,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let at = query.organization_id.as_ref().unwrap_or(&administrator.value.organization_id);
    let rights = rights_at(journal, &administrator, at).await?;
    let permit = decide(&rights.actor, Action::RequestsList, &rights.resource())?;
    let filter = query.filter(at, &administrator.value.id);
    let cursor = paging.open(query.cursor.as_ref())?;
    let format = query.format.unwrap_or(ExportFormat::Jsonl);
    // No request leaves with the answer to `HEAD`, nor while they are counted.
    if method != Method::HEAD && !query.count {
        let act = query.act(at, &filter, format).continued(cursor.is_some());
        journal.save(Change::new(&permit, &caller.origin(), act)).await?;
    }
    let requests = Requests {
        journal: journal.clone(),
        actor: rights.actor,
        permit,
        list: ReadableList::of_wanted(&filter),
        ids: filter.ids_in_list(),
        filter,
        oldest_first: query.oldest_first == Some(true),
        now: caller.now,
    };
    Ok(Export { name: "requests", format, paging, cursor, most: MOST, is_count: query.count }
        .answer(requests))
}

/// The requests that are exported.
struct Requests {
    journal: Journal,
    actor: Actor,
    permit: Permit,
    filter: RequestFilter,
    list: ReadableList,
    ids: (Option<RequestId>, Option<RequestId>),
    oldest_first: bool,
    now: Timestamp,
}

impl Exported for Requests {
    type Row = ExportRow;

    async fn part(&mut self, cursor: Option<String>) -> Result<ExportPart<ExportRow>, StoreError> {
        let part = Part {
            cursor: cursor.as_deref(),
            limit: AT_ONCE,
            oldest_first: self.oldest_first,
            from: self.ids.0.as_ref().map(RequestId::as_str),
            below: self.ids.1.as_ref().map(RequestId::as_str),
        };
        let page = self.journal.part::<Request>(&self.permit, self.list, &part).await?;
        let last = page.items.last().map(|last| &last.value.id);
        let is_over = last.is_some_and(|last| part.is_past(last.as_str()));
        let (looked_at, next) = (page.items.len(), page.next.filter(|_| !is_over));
        Ok(ExportPart { rows: self.wanted(page.items), looked_at, next })
    }
}

impl Requests {
    /// The wanted requests of a page, as far as the reader may see them.
    fn wanted(&self, page: Vec<Stored<Request>>) -> Vec<ExportRow> {
        let mut reader = RequestReader::new(&self.actor);
        let mut rows = Vec::new();
        for Stored { value: request, .. } in page {
            let may = reader.may_read(&request);
            if may.list && self.filter.wants(&request, may.open, self.now) {
                rows.push(ExportRow::new(request, may, self.now));
            }
        }
        rows
    }
}
