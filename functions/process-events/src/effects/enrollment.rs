//! Counts the requests of the computers of an enrollment key: the limits that they have together are judged by these
//! numbers.

use countersign_journal::{Consequences, Event, Journal};
use countersign_model::{Act, Request, RequestId, RequestStatus};
use countersign_store::{KeyRequests, KeyWeek, StoreError};

/// Counts a request that was submitted or has ended, in the week in which it was made.
pub fn count(consequences: &mut Consequences, request: &Request, requests: KeyRequests) {
    if let Some(key) = &request.enrollment_key_id {
        consequences.count(KeyWeek::of(key, request.created_at), requests);
    }
}

/// Whether a request was waiting that an event decides. One that is decided anew has been counted.
pub fn waited(event: &Event) -> bool {
    if let Act::RequestDecided(decided) = &event.act {
        return decided.before.status == RequestStatus::Pending;
    }
    !matches!(&event.act, Act::RequestSettled(settled) if settled.anew)
}

/// The request that ended without anybody being told: it was withdrawn, or not decided in time.
pub fn ended_silently(event: &Event) -> Option<&RequestId> {
    if let Act::RequestCancelled(cancelled) = &event.act {
        return Some(&cancelled.0.request_id);
    }
    let Act::RequestExpired(expired) = &event.act else { return None };
    Some(&expired.request_id)
}

/// Counts a request that ended in this way.
pub async fn of_silent_end(journal: &Journal, event: &Event) -> Result<Consequences, StoreError> {
    let mut consequences = Consequences::default();
    let Some(id) = ended_silently(event) else { return Ok(consequences) };
    // An approval that has expired did not wait.
    let found = journal.load::<Request>(id).await?.filter(|found| found.value.decision.is_none());
    if let Some(found) = found {
        count(&mut consequences, &found.value, KeyRequests::ENDED);
    }
    Ok(consequences)
}
