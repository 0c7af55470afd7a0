//! How the providers of messages are doing. It is noted without events: if a note is lost, a provider is tried once more.

use countersign_model::{ProviderHealth, ProviderPlace};

use crate::record::key_of;
use crate::{Store, StoreError, UpdateError};

impl Store {
    /// How the provider of a place is doing. Nothing is known of one that was not used yet, or that took another's place.
    ///
    /// # Errors
    /// When the backend fails, or the record is unreadable.
    pub async fn provider_health(
        &self,
        place: ProviderPlace,
        provider: &str,
    ) -> Result<ProviderHealth, StoreError> {
        let found = self.load::<ProviderHealth>(&place).await?.map(|found| found.value);
        Ok(found.filter(|found| found.provider == provider).unwrap_or(ProviderHealth::new(place, provider)))
    }

    /// Notes how a provider did.
    ///
    /// # Errors
    /// When the backend fails, or others write it at this moment.
    pub async fn note_provider(
        &self,
        place: ProviderPlace,
        provider: &str,
        change: impl Fn(&ProviderHealth) -> ProviderHealth + Send + Sync,
    ) -> Result<(), StoreError> {
        let fresh = ProviderHealth::new(place, provider);
        let next = |old: &ProviderHealth| {
            let known = if old.provider == fresh.provider { old } else { &fresh };
            let new = change(known);
            if new == *old { Err(Unchanged) } else { Ok(new) }
        };
        match self.update(&place, next).await {
            Ok(_) | Err(UpdateError::Refused(Unchanged)) => Ok(()),
            Err(UpdateError::Store(StoreError::NotFound)) => {
                self.write_first(key_of::<ProviderHealth>(&place), &change(&fresh)).await
            }
            Err(UpdateError::Store(error)) => Err(error),
        }
    }
}

/// There is nothing to note.
struct Unchanged;
