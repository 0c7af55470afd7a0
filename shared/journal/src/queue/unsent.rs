//! The organizations where messages failed because of the deployment's own account or settings, in queues of the root.

use std::convert::Infallible;

use countersign_model::Channel;
use countersign_model::ids::OrganizationId;
use countersign_store::{StoreError, UpdateError};

use super::{Due, Kind, Queue, QueueOf};
use crate::Journal;

impl Journal {
    /// The organizations where messages failed because of the deployment's account or settings of a channel. The entries are their ids. The
    /// queue is kept for the root: a set-up makes it, and [`Journal::make_unsent`]. `None`: each organization has accounts of its own.
    pub fn unsent_in(&self, root: &OrganizationId, channel: Channel) -> Option<Queue<'_>> {
        let kind = match channel {
            Channel::Email => Kind::UnsentEmails,
            Channel::Sms => Kind::UnsentTexts,
            Channel::Push => Kind::UnsentPushes,
            Channel::Chat | Channel::Webhook => return None,
        };
        Some(Queue { journal: self, id: (kind, root.clone()) })
    }

    /// Makes the queues of organizations where messages failed, in a deployment that was set up before there were any. While somebody else
    /// does, none are made.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn make_unsent(&self, root: &OrganizationId) -> Result<(), StoreError> {
        // They are made one after the other: if the last one is there, all are.
        let [.., last] = Kind::UNSENT;
        if self.load::<QueueOf>(&(last, root.clone())).await?.is_some() {
            return Ok(());
        }
        let Some(lease) = self.lease(&format!("unsent/{root}")).await? else { return Ok(()) };
        for kind in Kind::UNSENT {
            let as_it_is = |queue: &QueueOf| Ok::<_, Infallible>(queue.clone());
            match self.update_or_create(&QueueOf::new(kind, root), as_it_is).await {
                Ok(_) => {}
                Err(UpdateError::Store(error)) => return Err(error),
            }
        }
        self.release(lease).await
    }
}

impl Queue<'_> {
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
