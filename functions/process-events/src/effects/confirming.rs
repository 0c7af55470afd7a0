//! The marks of a computer's requests: those of one that an administrator confirmed are no longer shown as those of an unconfirmed one,
//! and those of one that was found to be cloned are shown so.

use countersign_authority::is_still_unconfirmed;
use countersign_journal::{Event, Journal};
use countersign_model::{Act, ComputerId, List, OrganizationId, Permit, ProcessorOnly, Request, RequestId};
use countersign_store::{StoreError, UpdateError};

use countersign_journal::readable::unless_damaged;

/// Ids that are read at once.
const PAGE: usize = 100;
/// How many pages of a computer's requests are looked through, oldest first. It may have few that are pending; the rest are
/// approvals, which keep their mark.
const PAGES: usize = 10;

/// The request with its mark changed; `None` if there is nothing to change.
type Mark = fn(&Request) -> Option<Request>;

/// The computer whose requests are marked differently after an event.
pub fn marked(event: &Event) -> Option<(&ComputerId, Mark)> {
    if let Act::ComputerConfirmed(confirmed) = &event.act {
        let unmark: Mark = Request::confirmed;
        return Some((&confirmed.0.computer_id, unmark));
    }
    if let Act::ComputerCloned(cloned) = &event.act {
        let mark: Mark = Request::of_clones;
        return Some((&cloned.computer_id, mark));
    }
    None
}

/// Changes the marks of the requests of the computer that an event confirms or finds to be cloned. Running twice does no harm.
pub async fn follow(journal: &Journal, event: &Event) -> Result<(), StoreError> {
    match marked(event) {
        Some((computer, change)) => {
            for id in requests_of(journal, &event.organization_id, computer).await? {
                mark(journal, &id, "a computer's request keeps its mark", change).await?;
            }
            Ok(())
        }
        None => Ok(()),
    }
}

/// The requests of a computer that may be pending.
pub async fn requests_of(
    journal: &Journal,
    organization: &OrganizationId,
    computer: &ComputerId,
) -> Result<Vec<RequestId>, StoreError> {
    let permit = Permit::processor(organization, ProcessorOnly);
    let (mut requests, mut after) = (Vec::new(), None);
    for _ in 0..PAGES {
        let (list, above) = (List::ComputerRequests, after.as_deref());
        let ids = journal.oldest_in_partition(&permit, list, computer.as_str(), above, PAGE).await?;
        requests.extend(ids.iter().filter_map(|id| id.parse().ok()));
        if ids.len() < PAGE {
            break;
        }
        after = ids.last().cloned();
    }
    Ok(requests)
}

/// Takes the mark from a request that was submitted while its computer was confirmed.
pub async fn unmark_if_confirmed(journal: &Journal, request: &Request) -> Result<(), StoreError> {
    if request.unconfirmed && !is_still_unconfirmed(journal, request).await? {
        return mark(journal, &request.id, "a computer's request keeps its mark", Request::confirmed).await;
    }
    Ok(())
}

/// Changes a request, if there is something to change. One that is damaged stays as it is, which `kept` says in the log.
pub async fn mark(
    journal: &Journal,
    id: &RequestId,
    kept: &str,
    change: impl Fn(&Request) -> Option<Request> + Send + Sync,
) -> Result<(), StoreError> {
    let marked = match journal.update(id, |old: &Request| change(old).ok_or(AsItIs)).await {
        Ok(_) | Err(UpdateError::Refused(AsItIs)) => Ok(()),
        Err(UpdateError::Store(error)) => Err(error),
    };
    unless_damaged(kept, id.as_str(), marked).map(drop)
}

/// The request is as it should be.
struct AsItIs;
