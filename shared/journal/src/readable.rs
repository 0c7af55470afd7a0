//! Records that may be unreadable: a damaged one is logged and left out, so that it stops only itself.

use countersign_kv::log;
use countersign_store::{Entity, StoreError};
use futures::future::try_join_all;

use crate::Journal;

/// The existing, readable records under these ids, in the order of the ids, read concurrently.
pub async fn load_readable<T: Entity>(journal: &Journal, ids: &[&str]) -> Result<Vec<T>, StoreError> {
    let loads = ids.iter().map(|id| async move {
        let loaded = journal.load_by_record_id::<T>(id).await;
        unless_damaged("a record cannot be read", id, loaded).map(Option::flatten)
    });
    Ok(try_join_all(loads).await?.into_iter().flatten().map(|stored| stored.value).collect())
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

/// Whether a failure is caused by the data read or written, and would recur at every attempt. All other failures are
/// transient.
pub fn is_damage(error: &StoreError) -> bool {
    match error {
        StoreError::Busy | StoreError::Kv(_) => false,
        StoreError::NotFound
        | StoreError::Revision { .. }
        | StoreError::KeyReused
        | StoreError::NotPermitted { .. }
        | StoreError::Corrupt { .. }
        | StoreError::TooLarge { .. } => true,
    }
}
