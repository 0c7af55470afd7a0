//! Partitions of a set, oldest first, as far as the journal is processed.

use countersign_model::{List, Permit};
use countersign_store::StoreError;

use crate::Journal;
use crate::event::partition_prefix;
use crate::lists::page::{TRIES, require_readable};

impl Journal {
    /// The oldest ids of a partition of a set, such as the pending requests for a subject: those above `after`, at most `limit`.
    ///
    /// [`Journal::partition`] also reads the events that are not processed yet, up to two hundred of them. The processor holds these
    /// in its hands already; reading them again for each event of a turn would make the cost of a turn grow with their square.
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
        let after = format!("{prefix}{}", after.unwrap_or_default());
        for _ in 0..TRIES {
            if let Some(keys) = self.processed_keys(permit, list, &prefix, &after, limit).await? {
                return Ok(keys
                    .iter()
                    .filter_map(|key| key.strip_prefix(&prefix).map(str::to_owned))
                    .collect());
            }
        }
        Err(StoreError::Busy)
    }

    /// The keys with a prefix above another key; `None` when a block went away while it was read.
    async fn processed_keys(
        &self,
        permit: &Permit,
        list: List,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let projection = self.projection(permit.organization()).await?.value;
        let blocks = projection.sets.get(&list).map(|head| head.blocks.as_slice()).unwrap_or_default();
        let first = blocks.partition_point(|block| block.first.as_str() <= after).saturating_sub(1);
        let mut keys = Vec::new();
        for block in blocks.iter().skip(first) {
            let beyond = block.first.as_str() > after && !block.first.starts_with(prefix);
            if beyond || keys.len() >= limit {
                break;
            }
            let Some(ids) = self.set_block(&block.id).await? else { return Ok(None) };
            keys.extend(ids.into_iter().filter(|key| key.as_str() > after && key.starts_with(prefix)));
        }
        keys.truncate(limit);
        Ok(Some(keys))
    }
}
