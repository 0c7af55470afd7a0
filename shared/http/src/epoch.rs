//! The epoch of the store, as an instance knows it.
use std::sync::{Arc, OnceLock};

use countersign_store::{Store, StoreError};

/// This instance's copy of the store's epoch. It changes only while no instance runs, so it is read once.
#[derive(Clone, Default)]
pub struct Epoch(Arc<OnceLock<Option<String>>>);

impl Epoch {
    /// The epoch, read at the first call; `None` in a store that an earlier version set up.
    ///
    /// # Errors
    /// If the store fails, or its epoch is unreadable.
    pub async fn of(&self, store: &Store) -> Result<Option<String>, StoreError> {
        if let Some(epoch) = self.0.get() {
            return Ok(epoch.clone());
        }
        let epoch = store.epoch().await?;
        Ok(self.0.get_or_init(|| epoch).clone())
    }
}
