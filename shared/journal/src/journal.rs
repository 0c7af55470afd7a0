//! Journals: numbers, entries, and the marks that say that a number can no longer be committed.

use crate::lists::page::require_readable;
use countersign_model::ids::OrganizationId;
use countersign_model::{List, Permit};
use futures::future::try_join;

use crate::Journal;
use crate::event::{Commit, Event};
use countersign_kv::decode_counter;
use countersign_store::StoreError;
use countersign_store::keys;
use countersign_store::slot::Slot;
use countersign_store::{Abandoned, EventRef};

/// An entry that was read.
pub(crate) struct JournalEntry {
    pub(crate) number: u64,
    pub(crate) event: Event,
    /// The SHA-256 of the stored bytes. INVARIANT: once the event counts, they never change: an entry is never
    /// rewritten with other bytes and then committed.
    pub(crate) digest: String,
}

impl Journal {
    /// Takes the next number of a journal, or several: then it returns the first.
    pub(crate) async fn reserve(
        &self,
        organization: &OrganizationId,
        many: usize,
    ) -> Result<u64, StoreError> {
        let key = keys::counter(organization);
        let many = i64::try_from(many).map_err(|_| StoreError::corrupt(&key))?;
        let last = self.kv().increment(&key, many).await?;
        u64::try_from(last - many + 1).map_err(|_| StoreError::corrupt(&key))
    }

    /// The last number taken; 0 if there is none. This reads the counter and does not increment it.
    pub(crate) async fn last_number(&self, organization: &OrganizationId) -> Result<u64, StoreError> {
        let key = keys::counter(organization);
        let Some(bytes) = self.kv().get(&key).await? else { return Ok(0) };
        Ok(decode_counter(&bytes).ok_or_else(|| StoreError::corrupt(&key))?.0)
    }

    /// The event under a number of the journal of the permit's organization. [`Journal::list`] of an audit says which
    /// numbers there are.
    pub async fn event(&self, permit: &Permit, number: u64) -> Result<Option<Event>, StoreError> {
        require_audit(permit)?;
        self.event_in(permit.organization(), number).await
    }

    /// The same, if it is an event of which people may hear. Code for the acts of other events is left out.
    ///
    /// # Errors
    /// If the permit allows neither audit, the backend fails, or the event is unreadable.
    pub async fn event_if_told(&self, permit: &Permit, number: u64) -> Result<Option<Event>, StoreError> {
        require_audit(permit)?;
        let organization = permit.organization();
        let Some(event) = self.stored_event(organization, number).await? else { return Ok(None) };
        event.read_if_told(&keys::entry(organization, number))
    }

    /// The event that a claim names.
    pub async fn event_of(&self, claimed: &EventRef) -> Result<Option<Event>, StoreError> {
        self.event_in(&claimed.organization_id, claimed.number).await
    }

    pub(crate) async fn event_in(
        &self,
        organization: &OrganizationId,
        number: u64,
    ) -> Result<Option<Event>, StoreError> {
        let key = keys::entry(organization, number);
        self.kv().get(&key).await?.map(|bytes| Event::decode(&key, &bytes)).transpose()
    }

    /// The event under a number, with the digest of its bytes.
    pub(crate) async fn entry(
        &self,
        organization: &OrganizationId,
        number: u64,
    ) -> Result<Option<JournalEntry>, StoreError> {
        let key = keys::entry(organization, number);
        let Some(bytes) = self.kv().get(&key).await? else { return Ok(None) };
        Ok(Some(JournalEntry { number, event: Event::decode(&key, &bytes)?, digest: keys::sha256(&bytes) }))
    }

    /// Whether an event counts.
    pub(crate) async fn committed(&self, place: &EventRef, commit: &Commit) -> Result<bool, StoreError> {
        let confirmed = async { Ok(self.has_receipt(place).await?) };
        let (shown, confirmed) = match commit {
            Commit::Created => (true, true),
            Commit::Record { id, write } => try_join(self.record_shows(id, write, place), confirmed).await?,
            Commit::Slot { slot, number } => try_join(self.slot_shows(slot, *number), confirmed).await?,
        };
        // The target may have moved on between the two reads. Its next writer wrote the receipt before.
        Ok(shown || confirmed || self.has_receipt(place).await?)
    }

    async fn record_shows(&self, id: &str, write: &str, place: &EventRef) -> Result<bool, StoreError> {
        let read = self.read(&keys::record(id)).await?;
        Ok(read
            .is_some_and(|read| read.envelope.carries(write) || read.envelope.event.as_ref() == Some(place)))
    }

    async fn slot_shows(&self, digest: &str, number: u64) -> Result<bool, StoreError> {
        let bytes = self.kv().get(&keys::slot(digest)).await?;
        Ok(bytes.and_then(|bytes| decode_counter(&bytes)).is_some_and(|(held, _)| held == number))
    }

    /// Drops an event after waiting for it in vain, unless it turns out to count after all.
    ///
    /// The mark comes first: no writer begins a swap after it. Then the target is touched, so that a swap already begun
    /// fails. What the target shows after that is final.
    pub(crate) async fn drop_event(&self, place: &EventRef, commit: &Commit) -> Result<bool, StoreError> {
        self.abandon(place, Abandoned::ByProcessor).await?;
        match commit {
            Commit::Created => {}
            Commit::Record { id, .. } => self.touch(&keys::record(id)).await?,
            Commit::Slot { slot, .. } => self.touch_slot(&Slot { digest: slot.clone() }).await?,
        }
        Ok(!self.committed(place, commit).await?)
    }
}

/// Refuses a permit that allows reading neither audit.
fn require_audit(permit: &Permit) -> Result<(), StoreError> {
    match List::SystemAudit.readable_by(permit.basis()) {
        true => Ok(()),
        false => require_readable(permit, List::UnifiedAudit),
    }
}
