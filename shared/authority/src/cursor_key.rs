//! The deployment's key for the cursors of lists.
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_kv::Random;
use countersign_store::{Entity, Store, StoreError, record};
use serde::{Deserialize, Serialize};

use crate::sealing::SealingKey;

/// The record of the key that seals cursors. It is made with the set-up, because cursors must not depend on a variable
/// that may be empty, and never changes, so that an instance reads it once.
///
/// An attacker who can read the store learns from it only what the store shows anyway.
#[derive(Clone, Serialize, Deserialize)]
pub struct CursorKey {
    /// The key in base64.
    key: String,
}

impl Entity for CursorKey {
    /// A deployment has one.
    type Id = ();

    fn record_id((): &()) -> String {
        "cursor-key".to_owned()
    }

    fn own_record_id(&self) -> String {
        Self::record_id(&())
    }
}

impl CursorKey {
    /// A random key.
    #[must_use]
    pub fn new(random: &dyn Random) -> Self {
        let mut key = [0; SealingKey::BYTES];
        random.bytes(&mut key);
        Self { key: URL_SAFE_NO_PAD.encode(key) }
    }

    /// Reads the key of the deployment.
    ///
    /// # Errors
    /// If the store fails, or has no readable key.
    pub async fn load(store: &Store) -> Result<SealingKey, StoreError> {
        let key = store.load::<Self>(&()).await?.and_then(|stored| stored.value.sealing_key());
        key.ok_or_else(|| StoreError::corrupt(&record::key_of::<Self>(&())))
    }

    fn sealing_key(&self) -> Option<SealingKey> {
        let bytes = URL_SAFE_NO_PAD.decode(&self.key).ok()?;
        bytes.try_into().ok().map(SealingKey::new)
    }
}
