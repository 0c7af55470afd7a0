//! Records that may be unreadable: a damaged one is logged and left out, so that it stops only itself.

use countersign_kv::log;
use countersign_model::{ProviderHealth, ProviderPlace};
use countersign_store::record::open;
use countersign_store::{Entity, StoreError};

use crate::Journal;

/// The existing, readable records under these ids, in the order of the ids, read concurrently.
///
/// Only opening is different for each type: reading several types in code of their own would add kilobytes to a component.
pub async fn load_readable<T: Entity>(journal: &Journal, ids: &[&str]) -> Result<Vec<T>, StoreError> {
    let mut readable = Vec::with_capacity(ids.len());
    let mut open_next = |key: &str, bytes: Option<Vec<u8>>| {
        let Some(bytes) = bytes else { return Ok(()) };
        let opened = unless_damaged("a record cannot be read", key, open::<T>(key, &bytes))?;
        readable.extend(opened.map(|stored| stored.value));
        Ok(())
    };
    journal.read_each_record(ids, &mut open_next).await?;
    Ok(readable)
}

/// The record under this id, if it exists and is readable.
pub async fn load_one_readable<T: Entity>(journal: &Journal, id: &str) -> Result<Option<T>, StoreError> {
    Ok(load_readable(journal, &[id]).await?.pop())
}

/// A result about a record; `None`, and a line in the log, if the stored data is at fault. A transient failure is
/// passed on.
pub fn unless_damaged<T>(
    what: &str,
    id: &str,
    found: Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if is_damage(&error) => {
            log::line(what, &[("id", &id), ("error", &error)]);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// How the provider of a place is doing; as if it was not used yet, with `what` in the log, if that cannot be read.
pub async fn provider_health(
    what: &str,
    journal: &Journal,
    place: ProviderPlace,
    provider: &str,
) -> Result<ProviderHealth, StoreError> {
    let found = unless_damaged(what, place.id(), journal.provider_health(place, provider).await)?;
    Ok(found.unwrap_or_else(|| ProviderHealth::new(place, provider)))
}

/// Whether a failure is caused by the data read or written, and would recur at every attempt. All other failures are
/// transient.
pub fn is_damage(error: &StoreError) -> bool {
    match error {
        StoreError::Busy | StoreError::Kv(_) | StoreError::LaterSchema { .. } => false,
        StoreError::NotFound
        | StoreError::Revision { .. }
        | StoreError::KeyReused
        | StoreError::NotPermitted { .. }
        | StoreError::Corrupt { .. }
        | StoreError::TooLarge { .. } => true,
    }
}
