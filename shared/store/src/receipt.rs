//! What records and slots know of events: a reference to the event of the last change, receipts for earlier events, and
//! the marks that say that a number can no longer be committed. The journal crate defines their meaning.

use countersign_kv::KvError;
use countersign_model::ids::OrganizationId;
use serde::{Deserialize, Serialize};

use crate::keys;
use crate::{Store, StoreError};

/// A reference to an event: its place in a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRef {
    /// The organization of the journal.
    pub organization_id: OrganizationId,
    /// The number there.
    pub number: u64,
}

/// Why a number can no longer be committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Abandoned {
    /// Its only writer gave up. It may append the same event under another number.
    ByWriter,
    /// Its only writer lost an election. Nothing of what it wrote counts, now or later.
    ByLoser,
    /// The processor waited in vain; the writer may still be about to try.
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

    /// What a mark says.
    #[must_use]
    pub fn said_by(mark: &[u8]) -> Option<Self> {
        [Self::ByWriter, Self::ByLoser, Self::ByProcessor].into_iter().find(|why| why.text() == mark)
    }
}

impl EventRef {
    /// The receipt: says that the event was committed, once its target no longer shows it. It is written in the batch
    /// of the next change of the same target.
    pub fn receipt(&self) -> (String, Vec<u8>) {
        (keys::receipt(&self.organization_id, self.number), b"1".to_vec())
    }

    /// The mark: says that the number can no longer be committed.
    pub fn abandonment(&self, why: Abandoned) -> (String, Vec<u8>) {
        (keys::abandoned(&self.organization_id, self.number), why.text().to_vec())
    }
}

impl Store {
    /// Whether a later writer left a receipt for the event.
    ///
    /// # Errors
    /// If the backend fails.
    pub async fn has_receipt(&self, event: &EventRef) -> Result<bool, KvError> {
        Ok(self.kv.get(&keys::receipt(&event.organization_id, event.number)).await?.is_some())
    }

    /// Whether, and why, a number can no longer be committed.
    ///
    /// # Errors
    /// If the backend fails.
    pub async fn abandoned(&self, event: &EventRef) -> Result<Option<Abandoned>, KvError> {
        let value = self.kv.get(&keys::abandoned(&event.organization_id, event.number)).await?;
        Ok(value.map(|value| Abandoned::said_by(&value).unwrap_or(Abandoned::ByProcessor)))
    }

    /// Marks a number, so that it can no longer be committed. From here on, no writer begins to commit under it.
    ///
    /// # Errors
    /// If the backend fails.
    pub async fn abandon(&self, event: &EventRef, why: Abandoned) -> Result<(), StoreError> {
        self.write(vec![event.abandonment(why)]).await
    }
}
