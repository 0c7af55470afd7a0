//! Reading an audit, newest first. Access to an entry is decided at the organization where it happened.

use axum::Json;
use axum::extract::State;
use countersign_http::{AsReader, Problem, QueryOf, Services};
use countersign_model::Audit;

use crate::reading::Reading;
use crate::wire::{AuditPage, AuditQuery};

/// Reads what administrators did.
///
/// You see only entries within the reach of your rights, so a page may be short or even empty although `next_cursor`
/// is set. What belongs to organizations that you may not see is left out or shown as `managing-organization`. When the audit is
/// narrowed, a page looks at no more than twice as many entries as it has room for, and says at how many in `looked_at`.
#[utoipa::path(get, path = "/v1/audit/system", tag = "audit", security(("administrator" = [])), params(AuditQuery),
    responses((status = 200, body = AuditPage)))]
pub async fn read_system_audit(
    State(services): State<Services>,
    reader: AsReader,
    QueryOf(query): QueryOf<AuditQuery>,
) -> Result<Json<AuditPage>, Problem> {
    read(&services, reader, query, Audit::System).await
}

/// Reads what happened at endpoints.
///
/// You see only entries within the reach of your rights, so a page may be short or even empty although `next_cursor`
/// is set. What belongs to organizations that you may not see is left out or shown as `managing-organization`. When the audit is
/// narrowed, a page looks at no more than twice as many entries as it has room for, and says at how many in `looked_at`.
#[utoipa::path(get, path = "/v1/audit/unified", tag = "audit", security(("administrator" = [])), params(AuditQuery),
    responses((status = 200, body = AuditPage)))]
pub async fn read_unified_audit(
    State(services): State<Services>,
    reader: AsReader,
    QueryOf(query): QueryOf<AuditQuery>,
) -> Result<Json<AuditPage>, Problem> {
    read(&services, reader, query, Audit::Unified).await
}

async fn read(
    services: &Services,
    AsReader { administrator, paging, .. }: AsReader,
    query: AuditQuery,
    audit: Audit,
) -> Result<Json<AuditPage>, Problem> {
    let cursor = paging.open(query.cursor.as_ref())?;
    let at = query.organization_id.as_ref().unwrap_or(&administrator.value.organization_id);
    let reading = Reading::begin(&services.journal, &administrator, at, audit, query.filter()).await?;
    let limit = query.limit.get();
    let mut page = reading.part(cursor.as_deref(), limit).await?;
    let room = limit.saturating_sub(page.entries.len());
    if reading.filter.looks_closer()
        && room > 0
        && let Some(cursor) = page.next.take()
    {
        let more = reading.part(Some(&cursor), room).await?;
        page.entries.extend(more.entries);
        page.looked_at += more.looked_at;
        page.next = more.next;
    }
    let looked_at = reading.filter.looks_closer().then_some(page.looked_at);
    Ok(Json(AuditPage { items: page.entries, next_cursor: paging.seal(page.next)?, looked_at }))
}
