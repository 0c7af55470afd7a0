//! The epoch of a store: a random text that is made with the set-up, and anew when the store is restored from a backup.
//!
//! What agents know is described by counters of the store. After a restore these begin again at an earlier state, so an agent
//! might take another change for one that it knows. By the epoch it notices that it must start over.

use serde::{Deserialize, Serialize};

use crate::record::{Entity, Envelope};
use crate::record::{encode, key_of, raw};
use crate::{Store, StoreError, UpdateError, keys};

/// The number of the schema that this version writes. It is raised only by a version whose records an earlier one cannot read or change
/// rightly (`docs/upgrade.md`).
pub const SCHEMA: u32 = 1;

/// The record of a store's epoch. A store that was set up by an earlier version has none until it is restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreEpoch {
    /// The epoch.
    pub epoch: String,
    /// The schema of the records in the store. Stores that were set up before it was noted have the first one.
    #[serde(default = "first_schema")]
    pub schema: u32,
}

const fn first_schema() -> u32 {
    1
}

impl Entity for StoreEpoch {
    /// A deployment has one.
    type Id = ();

    fn record_id((): &()) -> String {
        "store-epoch".to_owned()
    }

    fn own_record_id(&self) -> String {
        Self::record_id(&())
    }
}

impl StoreEpoch {
    /// A random epoch, for the change that sets up the deployment.
    #[must_use]
    pub fn new(store: &Store) -> Self {
        Self { epoch: keys::hex(&store.random().u64().to_be_bytes()), schema: SCHEMA }
    }
}

impl Store {
    /// The present epoch; `None` in a store of an earlier version. It changes only while no component runs, so an instance
    /// reads it once.
    ///
    /// # Errors
    /// [`StoreError::LaterSchema`], or when the backend fails or the record is unreadable.
    pub async fn epoch(&self) -> Result<Option<String>, StoreError> {
        match self.load::<StoreEpoch>(&()).await? {
            Some(stored) if stored.value.schema > SCHEMA => {
                Err(StoreError::LaterSchema { schema: stored.value.schema })
            }
            found => Ok(found.map(|stored| stored.value.epoch)),
        }
    }

    /// Begins a new epoch, and returns it. Call this after the store was restored from a backup, before components use it: every agent then
    /// starts over at its next check-in. May be called again.
    ///
    /// # Errors
    /// [`StoreError::LaterSchema`], before anything is written, or when the backend fails.
    pub async fn begin_epoch(&self) -> Result<StoreEpoch, StoreError> {
        self.epoch().await?;
        let new = StoreEpoch::new(self);
        match self.update(&(), |_: &StoreEpoch| Ok::<_, std::convert::Infallible>(new.clone())).await {
            Ok(stored) => Ok(stored.value),
            Err(UpdateError::Store(StoreError::NotFound)) => {
                let key = key_of::<StoreEpoch>(&());
                let first = Envelope::first("restored".to_owned(), None, raw(&key, &new)?);
                let value = encode(&key, &first)?;
                self.write(vec![(key, value)]).await?;
                Ok(new)
            }
            Err(UpdateError::Store(error)) => Err(error),
            Err(UpdateError::Refused(never)) => match never {},
        }
    }
}
