//! Reading an audit, newest first. Access to an entry is decided at the organization where it happened.

use std::collections::BTreeSet;

use axum::extract::State;
use countersign_authority::rights::{Rights, rights_at};
use countersign_http::{AsReader, Page, Problem, QueryOf, Services};
use countersign_journal::{Event, Journal};
use countersign_model::{Action, List, Organization, Resource, decide};
use countersign_store::StoreError;
use futures::future::try_join_all;

use crate::wire::{AuditEntry, AuditQuery};

/// Reads what administrators did. You see only entries within the reach of your rights, so a page may be short or even
/// empty although `next_cursor` is set.
#[utoipa::path(get, path = "/v1/audit/system", tag = "audit", security(("session" = [])), params(AuditQuery),
    responses((status = 200, body = Page<AuditEntry>)))]
pub async fn read_system_audit(
    State(services): State<Services>,
    reader: AsReader,
    QueryOf(query): QueryOf<AuditQuery>,
) -> Result<Page<AuditEntry>, Problem> {
    read(&services, reader, query, Action::SystemAuditView, List::SystemAudit).await
}

/// Reads what happened at endpoints. You see only entries within the reach of your rights, so a page may be short or
/// even empty although `next_cursor` is set.
#[utoipa::path(get, path = "/v1/audit/unified", tag = "audit", security(("session" = [])), params(AuditQuery),
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
    let events = in_reach(&services.journal, &rights, action, events).await?;
    let wanted = |entry: &AuditEntry| query.about.as_ref().is_none_or(|id| entry.is_about(id));
    let items = events.into_iter().map(AuditEntry::from).filter(wanted).collect();
    paging.page(items, page.next)
}

/// The entries within the reach of the caller's right, decided again for the organization of each entry: the list also
/// has entries from the organizations below, and some rights count only at the organization where they are set.
async fn in_reach(
    journal: &Journal,
    rights: &Rights,
    action: Action,
    mut events: Vec<Event>,
) -> Result<Vec<Event>, StoreError> {
    let at = &rights.organization.value.id;
    let below: BTreeSet<_> =
        events.iter().map(|event| &event.organization_id).filter(|id| *id != at).collect();
    let below = journal.load_many::<Organization>(below).await?.into_iter().flatten().map(|read| read.value);
    let reached =
        |organization: &Organization| decide(&rights.actor, action, &Resource::at(organization)).is_ok();
    let reached: BTreeSet<_> = below.filter(reached).map(|organization| organization.id).collect();
    events.retain(|event| event.organization_id == *at || reached.contains(&event.organization_id));
    Ok(events)
}
