//! An email address belongs to one administrator of the deployment: who that is, and taking a free one.
use countersign_journal::Journal;
use countersign_model::{Administrator, AdministratorId, AdministratorState, EmailAddress};
use countersign_store::{Acquired, Claim, Slot, StoreError};
use ulid::Ulid;

/// Who has this address, deleted administrators included. Reads as much when nobody has: the time it takes tells nothing.
pub async fn holder(journal: &Journal, email: &EmailAddress) -> Result<Option<AdministratorId>, StoreError> {
    let Some(claim) = journal.holder(&slot(email)).await? else {
        let nobody = AdministratorId::from_ulid(Ulid::nil());
        journal.load::<Administrator>(&nobody).await?;
        return Ok(None);
    };
    Ok(claim.holder.parse().ok())
}

/// Makes the address this administrator's, whose record exists. False when it is somebody else's.
pub async fn take(
    journal: &Journal,
    email: &EmailAddress,
    administrator: &AdministratorId,
) -> Result<bool, StoreError> {
    let taken =
        journal.take(&slot(email), administrator.as_str(), |claim| is_given_up(journal, claim)).await?;
    Ok(taken == Acquired::Won)
}

/// Only a deleted administrator gives an address up, because nobody comes back from that.
async fn is_given_up(journal: &Journal, claim: Claim) -> Result<bool, StoreError> {
    let holder = journal.load_by_record_id::<Administrator>(&claim.holder).await?;
    Ok(holder.is_some_and(|holder| holder.value.state == AdministratorState::Deleted))
}

fn slot(email: &EmailAddress) -> Slot {
    Slot::named(&["email", &email.key()])
}
