//! Lists and records: what a list names exists, and what exists is listed; and counters are above what they have counted.

use countersign_http::Problem;
use countersign_journal::readable::is_damage;
use countersign_journal::{Journal, Part};
use countersign_kv::decode_counter;
use countersign_kv::under_way::try_all;
use countersign_model::{AdministratorState, List, OrganizationId, Permit, RequestStatus};
use countersign_store::{StoreError, keys};

use super::chain::place_of;
use super::readable::Facts;
use crate::wire::{Fault, Looked, Next};

/// Entries of one page.
const PAGE: usize = 200;

/// The sets whose entries are the ids of records.
pub const WITH_RECORDS: [List; 8] = [
    List::Organizations,
    List::Administrators,
    List::Groups,
    List::Computers,
    List::Policies,
    List::Rules,
    List::Integrations,
    List::PendingRequests,
];

/// Checks that what a page of a list names is there.
pub async fn page(
    journal: &Journal,
    permit: &Permit,
    list: List,
    place: usize,
    cursor: Option<&str>,
) -> Result<Looked, Problem> {
    let after = Some(Next { list: place_of(place + 1), cursor: None });
    let page = match journal.list(permit, list.into(), cursor, PAGE).await {
        Ok(page) => page,
        Err(error) if is_damage(&error) => {
            let key = format!("the list `{}` of {}", list.name(), permit.organization());
            let fault = Fault { key, what: format!("cannot be read: {error}") };
            return Ok(Looked { faults: vec![fault], rows: 0, next: after });
        }
        Err(error) => return Err(error.into()),
    };
    let is_there = |id: String| async move {
        Ok::<_, StoreError>(journal.kv().get(&keys::record(&id)).await?.is_some())
    };
    let found = try_all(page.items.iter().map(|row| is_there(row.id.clone()))).await?;
    let absent = page.items.iter().zip(found).filter(|(_, found)| !found);
    let faults = absent.map(|(row, _)| Fault {
        key: keys::record(&row.id),
        what: format!("is absent, but the list `{}` of {} names it", list.name(), permit.organization()),
    });
    let next = match page.next {
        Some(cursor) => Some(Next { list: place_of(place), cursor: Some(cursor) }),
        None => after,
    };
    Ok(Looked { faults: faults.collect(), rows: 0, next })
}

/// The lists that should have a record.
pub fn should_have(facts: &Facts) -> Vec<(OrganizationId, List)> {
    if facts.deleted || facts.state == Some(AdministratorState::Deleted) {
        return Vec::new();
    }
    let list = match facts.id.split_once('_').map(|(kind, _)| kind) {
        Some("org") => {
            return facts.ancestors.iter().map(|above| (above.clone(), List::Organizations)).collect();
        }
        Some("adm") => List::Administrators,
        Some("grp") => List::Groups,
        Some("cmp") => List::Computers,
        Some("pol") => List::Policies,
        Some("rul") => List::Rules,
        Some("itg") => List::Integrations,
        Some("req") if facts.status == Some(RequestStatus::Pending) => List::PendingRequests,
        _ => return Vec::new(),
    };
    facts.organization_id.iter().map(|organization| (organization.clone(), list)).collect()
}

/// Whether a set has an id. A set that cannot be read has none.
pub async fn has(journal: &Journal, permit: &Permit, list: List, id: &str) -> Result<bool, Problem> {
    let part = Part { cursor: None, limit: 1, oldest_first: true, from: Some(id), below: None };
    match journal.listing(permit, list.into(), &part).await {
        Ok(page) => Ok(page.items.first().is_some_and(|row| row.id == id)),
        Err(error) if is_damage(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The fault of an entry of a journal whose number the counter has not reached.
pub async fn uncounted(journal: &Journal, key: &str) -> Result<Option<String>, Problem> {
    let name = key.strip_prefix(keys::PREFIX).and_then(|name| name.strip_prefix("j/"));
    let Some((organization, number)) = name.and_then(|name| name.split_once('/')) else { return Ok(None) };
    let read = (organization.parse::<OrganizationId>(), u64::from_str_radix(number, 16));
    let (Ok(organization), Ok(number)) = read else {
        return Ok(Some("no organization has such an entry".to_owned()));
    };
    let bytes = journal.kv().get(&keys::counter(&organization)).await.map_err(StoreError::from)?;
    let counted = bytes.and_then(|bytes| decode_counter(&bytes)).map_or(0, |(counted, _)| counted);
    Ok((number > counted)
        .then(|| format!("has the number {number}, but the counter of {organization} stands at {counted}")))
}
