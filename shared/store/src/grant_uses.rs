//! How many computers have used a grant.

use countersign_kv::decode_counter;
use countersign_model::ids::GrantId;

use crate::{Store, StoreError, keys};

impl Store {
    /// How many computers have used a grant. A computer whose report died half way may be missing.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn grant_uses(&self, grant: &GrantId) -> Result<u64, StoreError> {
        let read = self.kv.get(&keys::grant_uses(grant)).await?;
        Ok(read.and_then(|bytes| decode_counter(&bytes)).map_or(0, |(uses, _)| uses))
    }

    /// Counts one more computer.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn count_grant_use(&self, grant: &GrantId) -> Result<(), StoreError> {
        self.kv.increment(&keys::grant_uses(grant), 1).await?;
        Ok(())
    }
}
