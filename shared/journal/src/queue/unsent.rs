//! The organizations where messages failed because of the deployment's own account or settings, in queues of the root.

use countersign_model::Channel;
use countersign_model::ids::OrganizationId;
use countersign_store::{StoreError, UpdateError};

use super::{Due, Kind, Queue, QueueOf};
use crate::Journal;

impl Journal {
    /// The organizations where messages failed because of the deployment's account or settings of a channel. The entries are their ids. The
    /// queue is kept for the root, and does not exist before [`Queue::make`]. `None`: each organization has accounts of its own.
    pub fn unsent_in(&self, root: &OrganizationId, channel: Channel) -> Option<Queue<'_>> {
        let kind = match channel {
            Channel::Email => Kind::UnsentEmails,
            Channel::Sms => Kind::UnsentTexts,
            Channel::Push => Kind::UnsentPushes,
            Channel::Chat | Channel::Webhook => return None,
        };
        Some(Queue { journal: self, id: (kind, root.clone()) })
    }
}

/// The queue exists.
struct Exists;

impl Queue<'_> {
    /// Makes the queue if there is none.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn make(&self) -> Result<(), StoreError> {
        let (kind, organization) = &self.id;
        match self.journal.update_or_create(&QueueOf::new(*kind, organization), |_| Err(Exists)).await {
            Ok(_) | Err(UpdateError::Refused(Exists)) => Ok(()),
            Err(UpdateError::Store(error)) => Err(error),
        }
    }

    /// Removes what is done, but for entries that were added once more since, with another time.
    ///
    /// # Errors
    /// When the backend fails, or others change the queue all the time.
    pub async fn remove_as_read(&self, done: &[Due]) -> Result<(), StoreError> {
        self.change(|queue| {
            queue.due.retain(|due| !done.contains(due));
            Ok(())
        })
        .await
    }
}
