//! Records that may be unreadable: a damaged one is logged and left out, so that it stops nothing but itself.

use countersign_journal::Journal;
use countersign_kv::log;
use countersign_store::{Entity, StoreError};
use futures::future::try_join_all;

/// The records under these ids that are there and can be read, in the order of the ids, all read at once.
pub async fn load_readable<T: Entity>(journal: &Journal, ids: &[&str]) -> Result<Vec<T>, StoreError> {
    let loads = ids.iter().map(|id| async move {
        let loaded = journal.load_by_record_id::<T>(id).await;
        unless_damaged("a record cannot be read", id, loaded).map(Option::flatten)
    });
    Ok(try_join_all(loads).await?.into_iter().flatten().map(|stored| stored.value).collect())
}

/// What was found out about a record; `None`, and a line in the log, when the failure lies in what is stored. A failure that ends by
/// itself is passed on.
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

/// Whether a failure lies in what was read or written and would come again at every attempt. Anything else ends by itself.
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
