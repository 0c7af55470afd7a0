//! After a restore: the store gets a new epoch, so that agents start over and sessions have ended, and every audit says so.

use std::convert::Infallible;

use axum::Json;
use axum::extract::State;
use countersign_authority::{AuditSeals, root};
use countersign_http::{JsonBody, Problem, Services};
use countersign_journal::{Change, Fault, Journal, Sealer};
use countersign_model::act::StoreRestored;
use countersign_model::{
    Administrator, AdministratorId, OperatorOnly, OrganizationId, Origin, Permit, Who, lists,
};
use countersign_store::{Idempotency, StoreError, UpdateError, keys};

use crate::wire::{Begun, Ended, Inspected, Recorded, ToRecord, ToTell};

/// Organizations whose audits one call writes.
const PAGE: usize = 50;

/// Says what the store is, and whether `secret_key` is the one that it was written under.
pub async fn inspect(State(services): State<Services>) -> Result<Json<Inspected>, Problem> {
    let journal = &services.journal;
    let Some(root) = root(journal).await? else {
        return Ok(Json(Inspected { is_set_up: false, missing_key: None }));
    };
    let seals = AuditSeals::new(&services.secret_keys().await?);
    let sealer = seals.as_ref().map(|seals| seals as &dyn Sealer);
    let permit = Permit::operator(&root, OperatorOnly);
    let top = journal.verify_chain(&permit, sealer, None, None, 1).await?;
    let missing_key = top.flaws.into_iter().find_map(|flaw| {
        let Fault::HeadKey { key } = flaw.fault else { return None };
        Some(key)
    });
    Ok(Json(Inspected { is_set_up: true, missing_key }))
}

/// Begins a new epoch: one write, with which every agent starts over.
pub async fn begin_epoch(State(services): State<Services>) -> Result<Json<Begun>, Problem> {
    Ok(Json(Begun { epoch: services.journal.begin_epoch().await?.epoch }))
}

/// Ends every session and API token of the administrators among some keys: one that was revoked after the backup was made would work
/// again. Asked again, it ends them again.
pub async fn end_sessions(
    State(services): State<Services>,
    body: JsonBody<ToTell>,
) -> Result<Json<Ended>, Problem> {
    let prefix = keys::record("");
    let ids = body.value.keys.iter().filter_map(|key| key.strip_prefix(&prefix)?.parse().ok());
    let ids: Vec<AdministratorId> = ids.collect();
    for id in &ids {
        let end = |old: &Administrator| Ok::<_, Infallible>(old.with_sessions_ended());
        match services.journal.update(id, end).await {
            Ok(_) => {}
            Err(UpdateError::Store(error)) => return Err(error.into()),
            Err(UpdateError::Refused(never)) => match never {},
        }
    }
    Ok(Json(Ended { administrators: ids.len() }))
}

/// Writes to the audits of a page of organizations that the store was restored. May be called again.
pub async fn restored(
    State(services): State<Services>,
    body: JsonBody<ToRecord>,
) -> Result<Json<Recorded>, Problem> {
    // The processors of the host that is started next find the entries.
    let (journal, said) = (services.journal.without_waking(), body.value);
    let Some(root) = root(&journal).await? else {
        return Ok(Json(Recorded { organizations: 0, next: None }));
    };
    let all = Permit::operator(&root, OperatorOnly);
    let page = journal.list(&all, lists::ORGANIZATIONS, said.cursor.as_deref(), PAGE).await?;
    let below = page.items.iter().filter_map(|row| row.id.parse().ok()).filter(|id| *id != root);
    let first = said.cursor.is_none().then(|| root.clone());
    let mut organizations = 0;
    for organization in first.into_iter().chain(below) {
        record(&journal, &organization, &said).await?;
        organizations += 1;
    }
    Ok(Json(Recorded { organizations, next: page.next }))
}

/// Once for each epoch, however often it is asked for.
async fn record(journal: &Journal, organization: &OrganizationId, said: &ToRecord) -> Result<(), StoreError> {
    let head = journal.projection(organization).await?.value.chain_head();
    let act = StoreRestored {
        organization_id: organization.clone(),
        backup_made_at: said.backup_made_at,
        backup_sha256: said.backup_sha256.clone(),
        chain_count: head.count,
        chain_head: head.head,
    };
    let origin = Origin { who: Who::Operator, address: None, at: journal.clock().now() };
    let permit = Permit::operator(organization, OperatorOnly);
    let once = Idempotency::new(organization.as_str(), &format!("restored {}", said.epoch), b"");
    journal.save(Change::new(&permit, &origin, act).idempotent(Some(once))).await?;
    Ok(())
}
