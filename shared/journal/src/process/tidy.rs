//! Removes keys that a journal's commits needed and nothing needs any more. The journal itself lists what to examine,
//! so no keys are enumerated. Entries and the audit stay.

use countersign_kv::decode_counter;
use countersign_model::ids::OrganizationId;
use countersign_store::record::{decode, encode};
use countersign_store::slot::{Claim, Slot};
use countersign_store::{Abandoned, EventRef, StoreError, keys};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Journal;
use crate::event::{Commit, Event};

/// How long everything is kept that a late writer, a late processor or a retry may need. No request lives that long,
/// and an `Idempotency-Key` is remembered for this time.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How many numbers one call examines.
const STEP: u64 = 100;

/// How far the clean-up has come.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Progress {
    /// The last number that was cleaned up.
    number: u64,
    /// When the next number is old enough.
    due_at: Option<Timestamp>,
}

impl Journal {
    /// Cleans up after the numbers of an organization's journal that are older than a day: receipts, marks, claims and
    /// records of candidates that lost, idempotency keys. One call handles a bounded number; it costs one read if
    /// nothing is old enough.
    ///
    /// # Errors
    /// If the backend fails; the next call continues from there.
    pub async fn tidy(&self, organization: &OrganizationId) -> Result<u64, StoreError> {
        let key = keys::tidied(organization);
        let now = self.clock().now();
        let read = self.kv().get(&key).await?;
        let before = read.and_then(|bytes| decode::<Progress>(&key, &bytes).ok()).unwrap_or_default();
        // A time more than a day ahead was noted by a clock that has jumped.
        let waits = |at: &Timestamp| *at > now && at.duration_since(now) <= KEPT;
        if before.due_at.as_ref().is_some_and(waits) {
            return Ok(0);
        }
        let projection = self.projection(organization).await?.value;
        // Numbers after the first gap may not be settled.
        let first_gap = projection.gaps.iter().map(|gap| gap.number).min().unwrap_or(u64::MAX);
        let settled = projection.horizon.min(first_gap.saturating_sub(1));
        let mut progress = Progress { due_at: None, ..before };
        while progress.number < settled && progress.number < before.number + STEP {
            let place = EventRef { organization_id: organization.clone(), number: progress.number + 1 };
            let event = match self.event_in(organization, place.number).await {
                Err(StoreError::Corrupt { .. }) => None,
                read => read?,
            };
            let old_at = event.as_ref().and_then(|event| event.at.checked_add(KEPT).ok());
            if let Some(at) = old_at.filter(|at| *at > now) {
                progress.due_at = Some(at);
                break;
            }
            if let Some(event) = &event {
                self.tidy_event(&place, event).await?;
            }
            let (receipt, _) = place.receipt();
            self.kv().delete(&receipt).await?;
            self.kv().delete(&keys::abandoned(organization, place.number)).await?;
            progress.number = place.number;
        }
        if progress.due_at.is_none() && progress.number >= settled {
            // Events from now on are a day from being old enough.
            progress.due_at = now.checked_add(KEPT).ok();
        }
        let value = encode(&key, &progress)?;
        self.write(vec![(key, value)]).await?;
        Ok(progress.number - before.number)
    }

    async fn tidy_event(&self, place: &EventRef, event: &Event) -> Result<(), StoreError> {
        // Passed on from below: it is cleaned up after in the journal where it was first written.
        if event.propagated_from.is_some() {
            return Ok(());
        }
        // The records of a candidate that lost. After one that died they stay, because it may have appended the same
        // event, with the same records, under another number.
        if self.abandoned(place).await? == Some(Abandoned::ByLoser) {
            for id in &event.created {
                self.kv().delete(&keys::record(id)).await?;
            }
        }
        if let Commit::Slot { slot, number } = &event.commit {
            self.tidy_slot(slot, *number, event).await?;
        }
        if let Some(key) = &event.idempotency {
            self.kv().delete(&keys::idempotency(key)).await?;
        }
        Ok(())
    }

    /// Removes the claim that an elected one replaced, and a candidate's own claim if it no longer holds the slot. The
    /// slot of an idempotency key is removed as a whole: nobody retries after a day.
    async fn tidy_slot(&self, slot: &str, number: u64, event: &Event) -> Result<(), StoreError> {
        let own = keys::claim(slot, number);
        let claim = self.kv().get(&own).await?.and_then(|bytes| decode::<Claim>(&own, &bytes).ok());
        let held = self.kv().get(&keys::slot(slot)).await?;
        let held = held.and_then(|bytes| decode_counter(&bytes)).map(|(held, _)| held);
        if let Some(before) = claim.and_then(|claim| claim.replaces).filter(|before| Some(*before) != held) {
            self.kv().delete(&keys::claim(slot, before)).await?;
        }
        if held != Some(number) {
            self.kv().delete(&own).await?;
        }
        let of_key = event.idempotency.as_ref().map(|key| Slot::named(&["idempotency", key]).digest);
        if of_key.as_deref() == Some(slot) {
            self.kv().delete(&keys::slot(slot)).await?;
            self.kv().delete(&own).await?;
        }
        Ok(())
    }
}
