//! What a digest says when it is sent: of the requests that it was to sum up, those of which there is still something to say
//! to its recipient.

use std::collections::BTreeSet;

use countersign_http::Services;
use countersign_journal::Journal;
use countersign_journal::readable::load_readable;
use countersign_model::{
    Delivery, Digest, NoticeName, Organization, Permit, ProcessorOnly, Request, RequestId, RequestStatus,
    lists,
};
use countersign_store::{StoreError, UpdateError};

use super::requester::requesters_digest;
use super::rights::still_heard;
use super::{Content, no_longer, say};
use crate::message::{self, Reader, Summed};

/// The digest is closed already.
struct Unchanged;

/// What is told of requests that wait.
const WAITING: [NoticeName; 7] = [
    NoticeName::RequestSubmitted,
    NoticeName::RequestJoined,
    NoticeName::RequestTaken,
    NoticeName::RequestHandedOver,
    NoticeName::RequestExpiring,
    NoticeName::RequestUntaken,
    NoticeName::RequestUndecided,
];

/// Composes a digest. From then on nothing is added to it.
pub async fn digest(
    services: &Services,
    reader: &Reader,
    public_url: &str,
    delivery: &Delivery,
) -> Result<Content, StoreError> {
    let journal = &services.journal;
    let close = |old: &Digest| if old.is_closed() { Err(Unchanged) } else { Ok(old.closed()) };
    let digest = match journal.update_within(ATTEMPTS, &delivery.id, close).await {
        Ok(stored) => stored.value,
        Err(UpdateError::Refused(Unchanged)) | Err(UpdateError::Store(StoreError::NotFound)) => {
            match journal.load::<Digest>(&delivery.id).await? {
                Some(stored) => stored.value,
                None => return Ok(no_longer("what it summed up is not known any more")),
            }
        }
        Err(UpdateError::Store(error)) => return Err(error),
    };
    if let Some(content) = requesters_digest(services, reader, delivery, &digest).await? {
        return Ok(content);
    }
    let ids = WAITING.into_iter().flat_map(|notice| digest.requests(notice));
    let mut waiting = requests(services, ids.map(|id| id.as_str())).await?;
    let now = journal.clock().now();
    waiting.retain(|request| request.status_at(now) == RequestStatus::Pending);
    let ids = digest.requests(NoticeName::RequestHandled);
    let mut handled = requests(services, ids.iter().map(|id| id.as_str())).await?;
    handled.retain(|request| request.decision.is_some() || request.is_undecided());
    let heard = still_heard(journal, delivery, waiting.iter().chain(&handled)).await?;
    let heard: BTreeSet<RequestId> = heard.into_iter().collect();
    for requests in [&mut waiting, &mut handled] {
        requests.retain(|request| heard.contains(&request.id));
    }
    let is_empty = waiting.is_empty() && handled.is_empty();
    // Those that are not listed may all be settled, too.
    let more = match digest.more() {
        more if more > 0 && is_empty && !any_waits(journal, delivery).await? => 0,
        more => more,
    };
    let named = waiting.first().or(handled.first()).map(|request| request.organization_name.clone());
    let company = match named {
        Some(name) => name,
        None => {
            let found = journal.load::<Organization>(&delivery.organization_id).await?;
            found.map(|found| found.value.name).unwrap_or_default()
        }
    };
    let summed = Summed { company, waiting, handled, more };
    Ok(match message::digest(reader, &summed, public_url) {
        Some(message) => say(message),
        None => no_longer("nothing that it was to sum up waits any more"),
    })
}

/// Whether any request of the organization waits for a decision.
async fn any_waits(journal: &Journal, delivery: &Delivery) -> Result<bool, StoreError> {
    let permit = Permit::processor(&delivery.organization_id, ProcessorOnly);
    let page = journal.list(&permit, lists::PENDING_REQUESTS, None, 1).await?;
    Ok(!page.items.is_empty())
}

/// How often it is tried to close a digest while requests are added to it.
const ATTEMPTS: usize = 8;

async fn requests<'a>(
    services: &Services,
    ids: impl Iterator<Item = &'a str>,
) -> Result<Vec<Request>, StoreError> {
    let ids: BTreeSet<&str> = ids.collect();
    load_readable::<Request>(&services.journal, &ids.into_iter().collect::<Vec<_>>()).await
}
