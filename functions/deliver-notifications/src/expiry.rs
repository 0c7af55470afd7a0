//! Changes caused by time alone: requests that nobody decided in time. Grants need nothing, because their end is in
//! their record and the projection schedules the change of the agents' version.

use countersign_authority::waits;
use countersign_journal::{Change, Journal, Part};
use countersign_kv::log;
use countersign_model::act::RequestExpired;
use countersign_model::{
    CreatedBetween, List, Organization, OrganizationId, Origin, Permit, ProcessorOnly, Request, RequestId,
    Who, lists,
};
use countersign_store::{StoreError, UpdateError};
use jiff::Timestamp;
use ulid::Ulid;

use countersign_journal::readable::{load_readable, unless_damaged};

/// The most requests examined at once; the rest is left to the next walk. At an organization with others below it, most
/// of these expire there, and leave this list when that event is processed.
const AT_ONCE: usize = 100;
/// The most pages that are looked through for one whose time is over: those of organizations below may wait longer.
const PAGES: usize = 5;

/// There is nothing to save: the request is already decided or expired.
struct Settled;

/// Saves an expiry event for each pending request of an organization whose time is over. Returns how many there were.
pub async fn expire_requests(journal: &Journal, organization: &OrganizationId) -> Result<usize, StoreError> {
    if journal.projection(organization).await?.value.count(List::PendingRequests) == 0 {
        return Ok(0);
    }
    let now = journal.clock().now();
    let Some(found) = journal.load::<Organization>(organization).await? else { return Ok(0) };
    let mut expired = 0;
    for created in waits(journal, &found.value).await?.over_by(now) {
        expired += expire_created(journal, organization, created, now).await?;
    }
    Ok(expired)
}

/// Saves an expiry event for each pending request that was created at such a time and is over.
async fn expire_created(
    journal: &Journal,
    organization: &OrganizationId,
    created: CreatedBetween,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let permit = Permit::processor(organization, ProcessorOnly);
    // The list is ordered by id, and an id contains its time of creation.
    let (from, below) = (created.from.map(first_id), first_id(created.before));
    let (mut expired, mut cursor) = (0, None);
    for _ in 0..PAGES {
        let part =
            Part { from: from.as_deref(), below: Some(&below), ..Part::newest(cursor.as_deref(), AT_ONCE) };
        let page = journal.listing(&permit, lists::PENDING_REQUESTS, &part).await?;
        let mut goes_on = false;
        let ids: Vec<&str> = page.items.iter().map(|row| row.id.as_str()).collect();
        for request in load_readable::<Request>(journal, &ids).await? {
            // The list also has requests of the organizations below; these expire there.
            if request.organization_id != *organization {
                continue;
            }
            if expire(journal, &permit, &request.id, now).await? {
                expired += 1;
            } else {
                goes_on = true;
            }
        }
        cursor = page.next.filter(|_| goes_on && expired == 0);
        if cursor.is_none() {
            break;
        }
    }
    Ok(expired)
}

/// The lowest id of a request that was created at a time.
fn first_id(created: Timestamp) -> String {
    let millisecond = u64::try_from(created.as_millisecond()).unwrap_or_default();
    RequestId::from_ulid(Ulid::from_parts(millisecond, 0)).to_string()
}

async fn expire(
    journal: &Journal,
    permit: &Permit,
    id: &RequestId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let origin = Origin { who: Who::System, address: None, at: now };
    let done = journal
        .save_update(id, None, |old: &Request| {
            let new = old.expire(now).ok_or(Settled)?;
            let change = Change::new(permit, &origin, RequestExpired::of(&new));
            Ok((new, change))
        })
        .await;
    let expired = match done {
        Ok(_) => Ok(true),
        Err(UpdateError::Refused(Settled)) => Ok(false),
        Err(UpdateError::Store(StoreError::Busy)) => {
            log::line("a request expires later", &[("request", id)]);
            Ok(false)
        }
        Err(UpdateError::Store(error)) => Err(error),
    };
    Ok(unless_damaged("a request does not expire", id.as_str(), expired)? == Some(true))
}
