//! Whether a report is wanted as a table.

use http::HeaderMap;
use http::header::ACCEPT;

use crate::wire::ReportFormat;

/// Whether a table is wanted: as the query says or, if it does not, as the caller accepts.
pub fn is_table(format: Option<ReportFormat>, headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    match format {
        Some(format) => format == ReportFormat::Csv,
        None => accepted.split([',', ';']).any(|kind| kind.trim().eq_ignore_ascii_case("text/csv")),
    }
}
