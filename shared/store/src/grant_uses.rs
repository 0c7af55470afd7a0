//! The first uses of grants by computers, and how many computers have used one.

use countersign_kv::decode_counter;
use countersign_model::ids::{ComputerId, GrantId, RequestId};
use serde::{Deserialize, Serialize};

use crate::{Slot, Store, StoreError, keys};

/// A grant that a computer has used, with the request that gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedGrant {
    /// The grant.
    pub grant_id: GrantId,
    /// The request.
    pub request_id: RequestId,
    /// The computer.
    pub computer_id: ComputerId,
}

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

    /// Removes the record and the slot of the first use of a grant by a computer. Called once nobody can report it any more.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn forget_grant_use(&self, used: &UsedGrant) -> Result<(), StoreError> {
        let slot = Slot::grant_use(&used.grant_id, &used.computer_id);
        let state = self.slot_state(&slot).await?;
        if let Some(claim) = state.claim() {
            self.kv.delete(&keys::record(&claim.holder)).await?;
        }
        if let Some(number) = state.number() {
            self.kv.delete(&keys::claim(&slot.digest, number)).await?;
        }
        // Last, because it leads to the others.
        Ok(self.kv.delete(&keys::slot(&slot.digest)).await?)
    }
}
