//! Saving new records only: the batch is the commit.

use crate::Journal;
use crate::change::{APPENDS, Change};
use crate::event::Commit;
use countersign_store::EventRef;
use countersign_store::StoreError;
use countersign_store::slot::Slot;

/// A change that was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The id of the first record created. For a retry, it is the one that the first attempt created.
    pub id: String,
    /// Whether an earlier attempt under the same idempotency key had already saved it.
    pub repeated: bool,
}

impl Journal {
    /// Saves a change that creates records and changes none: one number, one batch.
    ///
    /// With an idempotency key, an election first decides between the attempts under it (four write transactions), so
    /// that two racing attempts create only one record.
    pub async fn save(&self, change: Change) -> Result<Saved, StoreError> {
        if let Some(idempotency) = change.idempotency().cloned() {
            let slot = Slot::idempotency(&idempotency.key);
            return self.save_once(&slot, change).await;
        }
        self.append(&change).await?;
        let id = change.first().to_owned();
        self.wake(change.organization());
        Ok(Saved { id, repeated: false })
    }

    /// Appends an event that counts because it is there.
    pub(crate) async fn append(&self, change: &Change) -> Result<EventRef, StoreError> {
        self.check(change, &Commit::Created)?;
        let mut again = None;
        for _ in 0..APPENDS {
            let reservation = self.reserve_for(change, again).await?;
            self.write_batch(change, &reservation, Commit::Created, Vec::new()).await?;
            if self.abandoned(&reservation.place).await?.is_none() {
                return Ok(reservation.place);
            }
            // The write took so long that the number was skipped. If the first entry is found after all, the event's id
            // shows that the two are the same.
            again = Some(reservation.id);
        }
        Err(StoreError::Busy)
    }
}
