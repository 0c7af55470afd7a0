//! What still waits when an organization was deleted: it is given up if its deleter asked for that, and done otherwise.

use countersign_journal::{Event, Journal};
use countersign_kv::log;
use countersign_model::Act;
use countersign_store::StoreError;

/// Whether an organization was deleted.
pub fn is_deletion(event: &Event) -> bool {
    matches!(event.act, Act::OrganizationDeleted(_))
}

/// Has the sweep look at an organization that was deleted, and empties its queues if that was asked for. The deleter found nothing
/// waiting, but calls that began before may still add something. Running twice does no harm.
pub async fn follow(journal: &Journal, event: &Event) -> Result<(), StoreError> {
    let Act::OrganizationDeleted(deleted) = &event.act else { return Ok(()) };
    let organization = &event.organization_id;
    // Before the turn is committed, from which on the walk of `deliver` may not visit the organization any more.
    journal.look_again_at(organization).await?;
    if deleted.unsent.is_some() {
        // There may be more by now than the event says.
        let events = journal.notices(organization).clear().await?;
        let messages = journal.outbox(organization).clear().await?;
        log::line(
            "messages were given up with their organization",
            &[("organization", organization), ("events", &events), ("messages", &messages)],
        );
    }
    Ok(())
}
