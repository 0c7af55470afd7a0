//! What a record or a slot knows of events: a reference to the event of its last change, receipts for those before, and the marks
//! that say a number can no longer be committed. The journal crate gives all of it its meaning.

use countersign_kv::KvError;
use countersign_model::ids::OrganizationId;
use serde::{Deserialize, Serialize};

use crate::keys;
use crate::{Store, StoreError};

/// Names an event by its place in a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRef {
    /// Whose journal.
    pub organization_id: OrganizationId,
    /// The number there.
    pub number: u64,
}

/// Why a number can no longer be committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Abandoned {
    /// Its only writer gave it up. It may append the same event under another number.
    ByWriter,
    /// Its only writer lost an election. Nothing of what it wrote counts, now or later.
    ByLoser,
    /// The processor waited for it in vain; its writer may still be about to try.
    ByProcessor,
}

impl Abandoned {
    fn text(self) -> &'static [u8] {
        match self {
            Self::ByWriter => b"given-up",
            Self::ByLoser => b"lost",
            Self::ByProcessor => b"dropped",
        }
    }
}

impl EventRef {
    /// The receipt: says that the event was committed, once its target no longer shows it. It goes into the batch of the next
    /// change of the same target.
    pub fn receipt(&self) -> (String, Vec<u8>) {
        (keys::receipt(&self.organization_id, self.number), b"1".to_vec())
    }

    /// What is written to say that the number can no longer be committed.
    pub fn abandonment(&self, why: Abandoned) -> (String, Vec<u8>) {
        (keys::abandoned(&self.organization_id, self.number), why.text().to_vec())
    }
}

impl Store {
    /// Whether a later write left a receipt for the event.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn has_receipt(&self, event: &EventRef) -> Result<bool, KvError> {
        Ok(self.kv.get(&keys::receipt(&event.organization_id, event.number)).await?.is_some())
    }

    /// Whether, and why, a number can no longer be committed.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn abandoned(&self, event: &EventRef) -> Result<Option<Abandoned>, KvError> {
        let value = self.kv.get(&keys::abandoned(&event.organization_id, event.number)).await?;
        let known = [Abandoned::ByWriter, Abandoned::ByLoser];
        Ok(value
            .map(|value| known.into_iter().find(|why| why.text() == value).unwrap_or(Abandoned::ByProcessor)))
    }

    /// Says that a number can no longer be committed. From here on nobody begins to.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn abandon(&self, event: &EventRef, why: Abandoned) -> Result<(), StoreError> {
        self.write(vec![event.abandonment(why)]).await
    }
}
