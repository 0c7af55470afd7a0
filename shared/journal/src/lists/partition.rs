//! Partitions of a set, oldest first, limited to processed events.

use countersign_model::{List, Permit};
use countersign_store::StoreError;

use crate::Journal;
use crate::event::partition_prefix;
use crate::lists::page::{TRIES, require_readable};
use crate::lists::tree::{KeyRange, Missing, Order, ReadOptions};

impl Journal {
    /// The oldest ids of a partition of a set, such as the pending requests for a subject: at most `limit` ids above
    /// `after`.
    ///
    /// [`Journal::partition`] also reads up to two hundred events that are not processed yet. The processor already has
    /// these; reading them again for each event of a turn would make the cost of a turn quadratic.
    pub async fn oldest_in_partition(
        &self,
        permit: &Permit,
        list: List,
        partition: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<String>, StoreError> {
        require_readable(permit, list)?;
        let prefix = partition_prefix(partition);
        let whole = KeyRange::prefix(&prefix);
        let range = match after {
            Some(id) => whole.after(&format!("{prefix}{id}")),
            None => whole,
        };
        let mut before = None;
        for _ in 0..TRIES {
            let projection = self.projection(permit.organization()).await?;
            let root = projection.value.sets.get(&list).cloned().unwrap_or_default();
            // A missing block was replaced meanwhile; if the projection has not changed, it is lost.
            let missing =
                if before == Some(projection.revision) { Missing::IsLeftOut } else { Missing::Stops };
            before = Some(projection.revision);
            let options = ReadOptions { order: Order::OldestFirst, limit, missing };
            if let Some(page) = root.read(self, &range, options).await? {
                let ids = page.keys.iter().filter_map(|key| key.strip_prefix(&prefix));
                return Ok(ids.map(str::to_owned).collect());
            }
        }
        Err(StoreError::Busy)
    }
}
