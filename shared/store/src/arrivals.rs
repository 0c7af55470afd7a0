//! What providers report of single messages. It is noted without events: what a provider reports is nobody's act.

use countersign_model::{ArrivalReport, Delivery, Unchanged};

use crate::{Store, StoreError, UpdateError};

impl Store {
    /// Notes that a message was delivered or read, or that it bounced. One read if that is nothing new, or if this store has no such
    /// message.
    ///
    /// # Errors
    /// When the backend fails, or others write the delivery at this moment.
    pub async fn note_arrival(&self, report: &ArrivalReport) -> Result<(), StoreError> {
        let now = self.clock().now();
        match self.update(&report.message.id, |old: &Delivery| old.reported(report, now)).await {
            Ok(_) | Err(UpdateError::Refused(Unchanged) | UpdateError::Store(StoreError::NotFound)) => Ok(()),
            Err(UpdateError::Store(error)) => Err(error),
        }
    }
}
