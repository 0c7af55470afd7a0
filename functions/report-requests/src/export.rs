//! The export of requests with their decisions, streamed: a part of the list at a time, so that its memory does not depend on how
//! many there are.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_authority::rights::rights_at;
use countersign_http::{AsReader, Paging, Problem, QueryOf, Services};
use countersign_journal::{Change, Journal, Part};
use countersign_model::{
    Action, Actor, List, Permit, Request, RequestFilter, RequestId, RequestReader, decide,
};
use countersign_store::{StoreError, Stored};
use futures::stream::try_unfold;
use http::Method;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use jiff::Timestamp;
use serde_json::json;

use crate::table::Table;
use crate::wire::{ExportFormat, ExportQuery, ExportRow};

/// How many requests are read at once.
const AT_ONCE: usize = 100;
/// How many requests one call looks at. The next call goes on.
const MOST: usize = if cfg!(test) { 200 } else { 20_000 };

/// Exports the requests of an organization and everything below it with their decisions, as CSV or JSON lines.
///
/// A call looks at up to 20,000 requests. The last line says where the next call goes on, with the same parameters and `cursor`: as
/// JSON lines `{"end":{"rows":…,"looked_at":…,"next_cursor":…}}`, as CSV `#end`, the number of rows and the cursor. An export
/// without this line was cut off. Of requests that you may not open, it has what the list shows. Each call is recorded in the
/// system audit, with who exported what.
#[utoipa::path(method(get, head), path = "/v1/requests/export", tag = "requests", security(("administrator" = [])),
    params(ExportQuery), responses((status = 200, description = "The requests, and where to go on.",
        content((String = "application/jsonl"), (String = "text/csv")), headers(
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
    let filter = query.filter(at);
    let cursor = paging.open(query.cursor.as_ref())?;
    let format = query.format.unwrap_or(ExportFormat::Jsonl);
    let (kind, name) = match format {
        ExportFormat::Csv => {
            ("text/csv; charset=utf-8; header=present", "attachment; filename=\"requests.csv\"")
        }
        ExportFormat::Jsonl => ("application/jsonl", "attachment; filename=\"requests.jsonl\""),
    };
    // No request leaves with the answer to `HEAD`.
    if method != Method::HEAD {
        let act = query.act(at, &filter, format).continued(cursor.is_some());
        journal.save(Change::new(&permit, &caller.origin(), act)).await?;
    }
    let export = Export {
        journal: journal.clone(),
        actor: rights.actor,
        permit,
        list: filter.list(),
        ids: filter.ids_in_list(),
        filter,
        oldest_first: query.oldest_first == Some(true),
        format,
        paging,
        now: caller.now,
        is_first: query.cursor.is_none(),
        next: Next::Page(cursor),
        rows: 0,
        looked_at: 0,
    };
    let parts = try_unfold(export, Export::part);
    Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)], Body::from_stream(parts)).into_response())
}

/// What comes next.
enum Next {
    /// A page of the list that begins there.
    Page(Option<String>),
    /// The last line, with where the next call begins.
    End(Option<String>),
    /// Nothing.
    Nothing,
}

/// An export under way.
struct Export {
    journal: Journal,
    actor: Actor,
    permit: Permit,
    filter: RequestFilter,
    list: List,
    ids: (Option<RequestId>, Option<RequestId>),
    oldest_first: bool,
    format: ExportFormat,
    paging: Paging,
    now: Timestamp,
    /// Whether the names of the columns come first.
    is_first: bool,
    next: Next,
    rows: usize,
    looked_at: usize,
}

impl Export {
    /// The next bytes.
    async fn part(mut self) -> Result<Option<(Bytes, Self)>, std::io::Error> {
        let bytes = match std::mem::replace(&mut self.next, Next::Nothing) {
            Next::Nothing => return Ok(None),
            Next::End(next) => self.end(next),
            Next::Page(cursor) => {
                let page = self.page(cursor.as_deref()).await.map_err(std::io::Error::other)?;
                self.written(page)
            }
        };
        // The answer breaks off: it has no last line.
        let bytes = bytes.map_err(|_| std::io::Error::other("the export cannot be written"))?;
        Ok(Some((bytes.into(), self)))
    }

    /// A page of the list. What comes next is known then.
    async fn page(&mut self, cursor: Option<&str>) -> Result<Vec<Stored<Request>>, StoreError> {
        let part = Part {
            cursor,
            limit: AT_ONCE,
            oldest_first: self.oldest_first,
            from: self.ids.0.as_ref().map(RequestId::as_str),
            below: self.ids.1.as_ref().map(RequestId::as_str),
        };
        let page = self.journal.part::<Request>(&self.permit, self.list, &part).await?;
        let last = page.items.last().map(|last| &last.value.id);
        let is_over = last.is_some_and(|last| part.is_past(last.as_str()));
        self.looked_at += page.items.len();
        self.next = match page.next.filter(|_| !is_over) {
            Some(next) if self.looked_at < MOST => Next::Page(Some(next)),
            next => Next::End(next),
        };
        Ok(page.items)
    }

    /// The wanted requests of a page, as far as the reader may see them.
    fn written(&mut self, page: Vec<Stored<Request>>) -> Result<Vec<u8>, Problem> {
        let actor = self.actor.clone();
        let mut reader = RequestReader::new(&actor);
        let mut rows = Vec::new();
        for Stored { value: request, .. } in page {
            let may = reader.may_read(&request);
            if may.list && self.filter.wants(&request, may.open, self.now) {
                rows.push(ExportRow::new(request, may, self.now));
            }
        }
        self.rows += rows.len();
        let is_first = std::mem::take(&mut self.is_first);
        match self.format {
            ExportFormat::Csv => {
                let mut table = Table::new();
                if is_first {
                    table.row(ExportRow::NAMES)?;
                }
                rows.into_iter().try_for_each(|row| table.row(row.columns()))?;
                table.bytes()
            }
            ExportFormat::Jsonl => {
                let mut lines = Vec::new();
                for row in rows {
                    serde_json::to_writer(&mut lines, &row).map_err(|_| Problem::internal())?;
                    lines.push(b'\n');
                }
                Ok(lines)
            }
        }
    }

    /// The last line.
    fn end(&self, next: Option<String>) -> Result<Vec<u8>, Problem> {
        let next = self.paging.seal(next)?.map(String::from);
        match self.format {
            ExportFormat::Csv => {
                let mut table = Table::new();
                table.row(["#end".to_owned(), self.rows.to_string(), next.unwrap_or_default()])?;
                table.bytes()
            }
            ExportFormat::Jsonl => {
                let end = json!({ "rows": self.rows, "looked_at": self.looked_at, "next_cursor": next });
                Ok(format!("{}\n", json!({ "end": end })).into_bytes())
            }
        }
    }
}
