//! The requests of a computer that an administrator confirmed are no longer shown as those of an unconfirmed one.

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

/// The computer that an event confirms.
pub fn confirmed(event: &Event) -> Option<&ComputerId> {
    let Act::ComputerConfirmed(confirmed) = &event.act else { return None };
    Some(&confirmed.0.computer_id)
}

/// Takes the mark from the requests of the computer that an event confirms. Running twice does no harm.
pub async fn follow(journal: &Journal, event: &Event) -> Result<(), StoreError> {
    match confirmed(event) {
        Some(computer) => unmark_all(journal, &event.organization_id, computer).await,
        None => Ok(()),
    }
}

async fn unmark_all(
    journal: &Journal,
    organization: &OrganizationId,
    computer: &ComputerId,
) -> Result<(), StoreError> {
    let permit = Permit::processor(organization, ProcessorOnly);
    let mut after = None;
    for _ in 0..PAGES {
        let (list, above) = (List::ComputerRequests, after.as_deref());
        let ids = journal.oldest_in_partition(&permit, list, computer.as_str(), above, PAGE).await?;
        for id in ids.iter().filter_map(|id| id.parse().ok()) {
            unmark(journal, &id).await?;
        }
        if ids.len() < PAGE {
            break;
        }
        after = ids.last().cloned();
    }
    Ok(())
}

/// Takes the mark from a request that was submitted while its computer was confirmed.
pub async fn unmark_if_confirmed(journal: &Journal, request: &Request) -> Result<(), StoreError> {
    if request.unconfirmed && !is_still_unconfirmed(journal, request).await? {
        return unmark(journal, &request.id).await;
    }
    Ok(())
}

async fn unmark(journal: &Journal, id: &RequestId) -> Result<(), StoreError> {
    let unmarked = match journal.update(id, |old: &Request| old.confirmed().ok_or(NotMarked)).await {
        Ok(_) | Err(UpdateError::Refused(NotMarked)) => Ok(()),
        Err(UpdateError::Store(error)) => Err(error),
    };
    unless_damaged("a confirmed computer's request keeps its mark", id.as_str(), unmarked).map(drop)
}

/// The request has no mark to take.
struct NotMarked;
