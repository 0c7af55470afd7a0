//! The pending requests of a computer that was moved are listed under the group where it is now.

use countersign_journal::{Event, Journal};
use countersign_model::{Act, Computer, ComputerId, GroupId, RequestId};
use countersign_store::StoreError;

use super::confirming::{mark, requests_of};

/// The computer that an event moves.
pub fn moved(event: &Event) -> Option<&ComputerId> {
    let Act::ComputerMoved(moved) = &event.act else { return None };
    Some(&moved.0.computer_id)
}

/// Lists the requests of the computer that an event moves under its present group, which may be another one by now. Running
/// twice does no harm.
pub async fn follow(journal: &Journal, event: &Event) -> Result<(), StoreError> {
    let Some(computer) = moved(event) else { return Ok(()) };
    let Some(found) = journal.load::<Computer>(computer).await? else { return Ok(()) };
    for id in requests_of(journal, &event.organization_id, computer).await? {
        list_under(journal, &id, &found.value.group_id).await?;
    }
    Ok(())
}

/// Lists a pending request under a group.
pub async fn list_under(journal: &Journal, id: &RequestId, group: &GroupId) -> Result<(), StoreError> {
    mark(journal, id, "a moved computer's request keeps its group", |old| old.listed_under(group)).await
}
