//! Changes caused by time alone: requests that nobody decided in time. Grants need nothing, because their end is in
//! their record and the projection schedules the change of the agents' version.

use countersign_authority::approval_settings;
use countersign_journal::{Change, Journal};
use countersign_kv::log;
use countersign_model::act::RequestExpired;
use countersign_model::{
    List, Organization, OrganizationId, Origin, Permit, ProcessorOnly, Request, RequestId, Who, lists,
};
use countersign_store::{StoreError, UpdateError};
use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

use countersign_journal::readable::{load_readable, unless_damaged};

/// The most requests examined at once; the rest is left to the next walk. At an organization with others below it, most
/// of these expire there, and leave this list when that event is processed.
const AT_ONCE: usize = 100;
/// The most pages that are looked through for one whose time is over: requests from before the setting was changed may wait
/// longer.
const PAGES: usize = 5;

/// There is nothing to save: the request is already decided or expired.
struct Settled;

/// Saves an expiry event for each pending request of an organization whose time is over. Returns how many there were.
pub async fn expire_requests(journal: &Journal, organization: &OrganizationId) -> Result<usize, StoreError> {
    if journal.projection(organization).await?.value.count(List::PendingRequests) == 0 {
        return Ok(0);
    }
    let now = journal.clock().now();
    // The list is ordered by id, and an id contains its time of creation, so the requests below this id have expired.
    let Some(found) = journal.load::<Organization>(organization).await? else { return Ok(0) };
    let lasts = approval_settings(journal, &found.value).await?.pending_lasts();
    let Some(below) = oldest_pending(now, lasts) else { return Ok(0) };
    let permit = Permit::processor(organization, ProcessorOnly);
    let (mut expired, mut next) = (0, Some(below.to_string()));
    for _ in 0..PAGES {
        let Some(below) = next.take() else { break };
        let page = journal.list(&permit, lists::PENDING_REQUESTS, Some(&below), AT_ONCE).await?;
        let ids: Vec<&str> = page.items.iter().map(|row| row.id.as_str()).collect();
        for request in load_readable::<Request>(journal, &ids).await? {
            // The list also has requests of the organizations below; these expire there.
            if request.organization_id != *organization {
                continue;
            }
            if expire(journal, &permit, &request.id, now).await? {
                expired += 1;
            } else {
                next.clone_from(&page.next);
            }
        }
        if expired > 0 {
            break;
        }
    }
    Ok(expired)
}

/// The lowest id that a request still pending at a time can have, if it waits for so long.
fn oldest_pending(now: Timestamp, lasts: SignedDuration) -> Option<RequestId> {
    let since = now.checked_sub(lasts).ok()?;
    let millisecond = u64::try_from(since.as_millisecond()).ok()?;
    Some(RequestId::from_ulid(Ulid::from_parts(millisecond + 1, 0)))
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
