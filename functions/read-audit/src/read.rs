//! Reading an audit, newest first.

use axum::extract::State;
use countersign_http::rights::rights_at;
use countersign_http::{AsAdministrator, Asker, Page, Problem, QueryOf, Services};
use countersign_model::{Action, decide};
use countersign_store::List;
use futures::future::try_join_all;

use crate::wire::{AuditEntry, AuditQuery};

/// Reads what administrators did.
#[utoipa::path(get, path = "/v1/audit/system", tag = "audit", security(("session" = [])), params(AuditQuery),
    responses((status = 200, body = Page<AuditEntry>)))]
pub async fn read_system_audit(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    QueryOf(query): QueryOf<AuditQuery>,
) -> Result<Page<AuditEntry>, Problem> {
    read(&services, &administrator, query, Action::SystemAuditView, List::SystemAudit).await
}

/// Reads what happened at endpoints.
#[utoipa::path(get, path = "/v1/audit/unified", tag = "audit", security(("session" = [])), params(AuditQuery),
    responses((status = 200, body = Page<AuditEntry>)))]
pub async fn read_unified_audit(
    State(services): State<Services>,
    AsAdministrator { administrator, .. }: AsAdministrator,
    QueryOf(query): QueryOf<AuditQuery>,
) -> Result<Page<AuditEntry>, Problem> {
    read(&services, &administrator, query, Action::UnifiedAuditView, List::UnifiedAudit).await
}

async fn read(
    services: &Services,
    asker: &Asker,
    query: AuditQuery,
    action: Action,
    list: List,
) -> Result<Page<AuditEntry>, Problem> {
    let at = query.organization_id.unwrap_or_else(|| asker.value.organization_id.clone());
    let rights = rights_at(&services.store, asker, &at).await?;
    let _permit = decide(&rights.actor, action, &rights.resource())?;
    let page = services.store.list(&at, list, query.cursor.as_deref(), query.limit.get()).await?;
    let events =
        page.items.iter().filter_map(|row| row.number).map(|number| services.store.event(&at, number));
    let events = try_join_all(events).await?;
    let wanted = |entry: &AuditEntry| query.about.as_ref().is_none_or(|id| entry.is_about(id));
    let items = events.into_iter().flatten().map(AuditEntry::from).filter(wanted).collect();
    Ok(Page { items, next_cursor: page.next })
}
