//! Reading an audit, newest first. Access to an entry is decided at the organization where it happened.

use axum::extract::State;
use countersign_authority::rights::rights_at;
use countersign_http::{AsReader, Page, Problem, QueryOf, Services};
use countersign_model::{Action, List, decide};
use futures::future::try_join_all;

use crate::sight::Entries;
use crate::wire::{AuditEntry, AuditQuery};

/// Reads what administrators did.
///
/// You see only entries within the reach of your rights, so a page may be short or even empty although `next_cursor`
/// is set. What belongs to organizations that you may not see is left out or shown as `managing-organization`.
#[utoipa::path(get, path = "/v1/audit/system", tag = "audit", security(("administrator" = [])), params(AuditQuery),
    responses((status = 200, body = Page<AuditEntry>)))]
pub async fn read_system_audit(
    State(services): State<Services>,
    reader: AsReader,
    QueryOf(query): QueryOf<AuditQuery>,
) -> Result<Page<AuditEntry>, Problem> {
    read(&services, reader, query, Action::SystemAuditView, List::SystemAudit).await
}

/// Reads what happened at endpoints.
///
/// You see only entries within the reach of your rights, so a page may be short or even empty although `next_cursor`
/// is set. What belongs to organizations that you may not see is left out or shown as `managing-organization`.
#[utoipa::path(get, path = "/v1/audit/unified", tag = "audit", security(("administrator" = [])), params(AuditQuery),
    responses((status = 200, body = Page<AuditEntry>)))]
pub async fn read_unified_audit(
    State(services): State<Services>,
    reader: AsReader,
    QueryOf(query): QueryOf<AuditQuery>,
) -> Result<Page<AuditEntry>, Problem> {
    read(&services, reader, query, Action::UnifiedAuditView, List::UnifiedAudit).await
}

async fn read(
    services: &Services,
    AsReader { administrator, paging, .. }: AsReader,
    query: AuditQuery,
    action: Action,
    list: List,
) -> Result<Page<AuditEntry>, Problem> {
    let at = query.organization_id.unwrap_or_else(|| administrator.value.organization_id.clone());
    let rights = rights_at(&services.journal, &administrator, &at).await?;
    let permit = decide(&rights.actor, action, &rights.resource())?;
    let (cursor, limit) = (paging.open(query.cursor.as_ref())?, query.limit.get());
    let page = services.journal.list(&permit, list, cursor.as_deref(), limit).await?;
    let numbers = page.items.iter().filter_map(|row| row.number);
    let events = numbers.map(|number| services.journal.event(&permit, number));
    let events = try_join_all(events).await?.into_iter().flatten().collect();
    let entries = Entries::in_reach(&services.journal, &rights, action, events).await?;
    let sight = entries.sight();
    let seen = entries.events.iter().map(|event| {
        let is_actor_shown = entries.shows(&event.who, &sight);
        AuditEntry::seen(event.clone(), is_actor_shown, &mut |organization| sight.sees(organization))
    });
    // Only what the reader sees is searched.
    let wanted = |entry: &AuditEntry| query.about.as_ref().is_none_or(|id| entry.is_about(id));
    let items = seen.filter(wanted).collect();
    paging.page(items, page.next)
}
