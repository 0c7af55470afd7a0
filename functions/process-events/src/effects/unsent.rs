//! What waited to be sent when an organization was deleted is given up, if its deleter asked for that.

use countersign_journal::{Event, Journal};
use countersign_model::Act;
use countersign_store::StoreError;

/// Whether an event gives messages up.
pub fn is_given_up(event: &Event) -> bool {
    matches!(&event.act, Act::OrganizationDeleted(deleted) if deleted.unsent.is_some())
}

/// Empties the queues of an organization that was deleted: otherwise what is in them would be sent once more after its end.
/// Running twice does no harm.
pub async fn follow(journal: &Journal, event: &Event) -> Result<(), StoreError> {
    if !is_given_up(event) {
        return Ok(());
    }
    journal.notices(&event.organization_id).clear().await?;
    journal.outbox(&event.organization_id).clear().await
}
