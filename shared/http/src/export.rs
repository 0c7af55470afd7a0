//! Exports, streamed: a part of a list at a time, so that the memory does not depend on how much there is.

use std::future::Future;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use countersign_store::StoreError;
use futures::stream::try_unfold;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::cursor::Paging;
use crate::problem::Problem;
use crate::table::{TABLE_TYPE, Table};

/// The format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// Comma-separated values.
    Csv,
    /// JSON lines: one JSON object a line.
    Jsonl,
}

impl ExportFormat {
    /// Its name, which is also the ending of a file.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => TABLE_TYPE,
            Self::Jsonl => "application/jsonl",
        }
    }
}

/// A row of an export: a JSON object, or the columns of a table.
pub trait ExportedRow: Serialize + Send + 'static {
    /// The names of the columns.
    const COLUMNS: &'static [&'static str];

    /// The columns; nothing in them is taken for a formula.
    fn columns(self) -> Vec<String>;
}

/// A part of what is exported.
#[derive(Debug)]
pub struct ExportPart<R> {
    /// The wanted rows, as far as the reader may see them.
    pub rows: Vec<R>,
    /// How many were looked at for them.
    pub looked_at: usize,
    /// Where the next part begins; `None` at the end.
    pub next: Option<String>,
}

/// What is exported.
pub trait Exported: Sized + Send + 'static {
    /// Its rows.
    type Row: ExportedRow;

    /// The part that begins there.
    fn part(
        &mut self,
        cursor: Option<String>,
    ) -> impl Future<Output = Result<ExportPart<Self::Row>, StoreError>> + Send;
}

/// An export that answers a call.
pub struct Export {
    /// The name of the file, without its ending.
    pub name: &'static str,
    /// The format.
    pub format: ExportFormat,
    /// Seals where the next call begins.
    pub paging: Paging,
    /// Where this one begins.
    pub cursor: Option<String>,
    /// How many a call looks at. The next call goes on.
    pub most: usize,
    /// Whether the rows are only counted: the answer is its last line.
    pub is_count: bool,
}

impl Export {
    /// The answer: the rows as they are read, unless they are only counted, and a last line that says where to go on.
    pub fn answer<E: Exported>(self, of: E) -> Response {
        let name = format!("attachment; filename=\"{}.{}\"", self.name, self.format.id());
        let kind = self.format.content_type();
        let way = UnderWay {
            is_first: self.cursor.is_none(),
            next: Next::Part(self.cursor.clone()),
            export: self,
            of,
            rows: 0,
            looked_at: 0,
        };
        let parts = try_unfold(way, UnderWay::bytes);
        ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name.as_str())], Body::from_stream(parts))
            .into_response()
    }
}

/// What comes next.
enum Next {
    /// The part that begins there.
    Part(Option<String>),
    /// The last line, with where the next call begins.
    End(Option<String>),
    /// Nothing.
    Nothing,
}

/// An export under way.
struct UnderWay<E> {
    export: Export,
    of: E,
    /// Whether the names of the columns come first.
    is_first: bool,
    next: Next,
    rows: usize,
    looked_at: usize,
}

impl<E: Exported> UnderWay<E> {
    /// The next bytes.
    async fn bytes(mut self) -> Result<Option<(Bytes, Self)>, std::io::Error> {
        let bytes = match std::mem::replace(&mut self.next, Next::Nothing) {
            Next::Nothing => return Ok(None),
            Next::End(next) => self.end(next),
            Next::Part(cursor) => {
                let part = self.of.part(cursor).await.map_err(std::io::Error::other)?;
                self.looked_at += part.looked_at;
                self.rows += part.rows.len();
                self.next = match part.next {
                    Some(next) if self.looked_at < self.export.most => Next::Part(Some(next)),
                    next => Next::End(next),
                };
                self.written(part.rows)
            }
        };
        // The answer breaks off: it has no last line.
        let bytes = bytes.map_err(|_| std::io::Error::other("the export cannot be written"))?;
        Ok(Some((bytes.into(), self)))
    }

    fn written(&mut self, rows: Vec<E::Row>) -> Result<Vec<u8>, Problem> {
        if self.export.is_count {
            return Ok(Vec::new());
        }
        let is_first = std::mem::take(&mut self.is_first);
        match self.export.format {
            ExportFormat::Csv => {
                let mut table = Table::default();
                if is_first {
                    table.row(E::Row::COLUMNS)?;
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
        let next = self.export.paging.seal(next)?.map(String::from);
        match self.export.format {
            ExportFormat::Csv => {
                let mut table = Table::default();
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
