//! Email addresses are unique in the deployment: who has one, and taking a free one.
use countersign_journal::Journal;
use countersign_model::{Administrator, AdministratorId, AdministratorState, EmailAddress};
use countersign_store::{Acquired, Claim, Slot, StoreError};
use ulid::Ulid;

/// The administrator with this address, even if deleted. The same keys are read if there is none, so the time taken
/// reveals nothing.
pub async fn holder(journal: &Journal, email: &EmailAddress) -> Result<Option<AdministratorId>, StoreError> {
    let Some(claim) = journal.holder(&Slot::email(email)).await? else {
        let nobody = AdministratorId::from_ulid(Ulid::nil());
        journal.load::<Administrator>(&nobody).await?;
        return Ok(None);
    };
    Ok(claim.holder.parse().ok())
}

/// Gives the address to this administrator, whose record exists. False if another administrator has it.
pub async fn take(
    journal: &Journal,
    email: &EmailAddress,
    administrator: &AdministratorId,
) -> Result<bool, StoreError> {
    let taken = journal
        .take(&Slot::email(email), administrator.as_str(), |claim| is_given_up(journal, email, claim))
        .await?;
    Ok(taken == Acquired::Won)
}

/// A deleted administrator gives up an address, because deletion is final. So does the first administrator, if the set-up
/// was begun with this address and completed with another one: from then on, an administrator's address never changes.
async fn is_given_up(journal: &Journal, email: &EmailAddress, claim: Claim) -> Result<bool, StoreError> {
    let holder = journal.load_by_record_id::<Administrator>(&claim.holder).await?.map(|holder| holder.value);
    Ok(holder.is_some_and(|holder| match holder.state {
        AdministratorState::Deleted => true,
        AdministratorState::Active | AdministratorState::Disabled => holder.email.key() != email.key(),
        AdministratorState::Invited => false,
    }))
}
