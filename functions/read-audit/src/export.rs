//! The export of an audit.

use axum::extract::State;
use axum::response::Response;
use countersign_http::{AsReader, Export, ExportFormat, ExportPart, Exported, Problem, QueryOf, Services};
use countersign_journal::Change;
use countersign_model::Audit;
use countersign_store::StoreError;
use http::Method;

use crate::examples::{SYSTEM_LINES, SYSTEM_TABLE, UNIFIED_LINES, UNIFIED_TABLE};
use crate::reading::Reading;
use crate::wire::{AuditEntry, AuditExportQuery};

/// How many entries are read at once.
const AT_ONCE: usize = 100;
/// How many entries one call looks at. The next call goes on.
const MOST: usize = if cfg!(test) { 200 } else { 20_000 };

/// Exports what administrators did, the newest first, as CSV or JSON lines.
///
/// A call looks at up to 20,000 entries. The last line says where the next call goes on, with the same parameters and `cursor`: as
/// JSON lines `{"end":{"rows":…,"looked_at":…,"next_cursor":…}}`, as CSV `#end`, the number of rows and the cursor. An export
/// without this line was cut off. Entries are as the audit shows them to you. Each call is recorded in the system audit, with who
/// exported what. With `count`, only the last line is answered: how many entries an export would have.
#[utoipa::path(method(get, head), path = "/v1/audit/system/export", tag = "audit", security(("administrator" = [])),
    params(AuditExportQuery), responses((status = 200, description = "The entries, and where to go on.",
        content((String = "application/jsonl", example = json!(SYSTEM_LINES)), (String = "text/csv", example = json!(SYSTEM_TABLE))), headers(
            ("Content-Disposition" = String, description = "That the export is to be saved, and under which name.")))))]
pub async fn export_system_audit(
    State(services): State<Services>,
    reader: AsReader,
    QueryOf(query): QueryOf<AuditExportQuery>,
    method: Method,
) -> Result<Response, Problem> {
    export(&services, reader, query, Audit::System, method).await
}

/// Exports what happened at endpoints, the newest first, as CSV or JSON lines.
///
/// A call looks at up to 20,000 entries. The last line says where the next call goes on, with the same parameters and `cursor`: as
/// JSON lines `{"end":{"rows":…,"looked_at":…,"next_cursor":…}}`, as CSV `#end`, the number of rows and the cursor. An export
/// without this line was cut off. Entries are as the audit shows them to you. Each call is recorded in the system audit, with who
/// exported what. With `count`, only the last line is answered: how many entries an export would have.
#[utoipa::path(method(get, head), path = "/v1/audit/unified/export", tag = "audit", security(("administrator" = [])),
    params(AuditExportQuery), responses((status = 200, description = "The entries, and where to go on.",
        content((String = "application/jsonl", example = json!(UNIFIED_LINES)), (String = "text/csv", example = json!(UNIFIED_TABLE))), headers(
            ("Content-Disposition" = String, description = "That the export is to be saved, and under which name.")))))]
pub async fn export_unified_audit(
    State(services): State<Services>,
    reader: AsReader,
    QueryOf(query): QueryOf<AuditExportQuery>,
    method: Method,
) -> Result<Response, Problem> {
    export(&services, reader, query, Audit::Unified, method).await
}

async fn export(
    services: &Services,
    AsReader { caller, administrator, paging }: AsReader,
    query: AuditExportQuery,
    audit: Audit,
    method: Method,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let cursor = paging.open(query.cursor.as_ref())?;
    let at = query.organization_id.as_ref().unwrap_or(&administrator.value.organization_id);
    let reading = Reading::begin(journal, &administrator, at, audit, query.filter()).await?;
    let format = query.format.unwrap_or(ExportFormat::Jsonl);
    // No entry leaves with the answer to `HEAD`, nor while they are counted.
    if method != Method::HEAD && !query.count {
        let act = query.act(at, audit, &reading.filter, format).continued(cursor.is_some());
        journal.save(Change::new(&reading.permit, &caller.origin(), act)).await?;
    }
    let name = match audit {
        Audit::System => "system-audit",
        Audit::Unified => "unified-audit",
    };
    let reading = if query.count { reading.counted() } else { reading };
    Ok(Export { name, format, paging, cursor, most: MOST, is_count: query.count }.answer(reading))
}

impl Exported for Reading {
    type Row = AuditEntry;

    async fn part(&mut self, cursor: Option<String>) -> Result<ExportPart<AuditEntry>, StoreError> {
        let looked = Self::part(self, cursor.as_deref(), AT_ONCE).await?;
        Ok(ExportPart { rows: looked.entries, looked_at: looked.looked_at, next: looked.next })
    }
}
