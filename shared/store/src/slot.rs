//! Slots: unique names. One of several racing callers is elected as the holder, even if any of them dies at any step.
//!
//! A slot is a key that holds only a number. A claim, written before the election, says what the number stands for.

mod names;

use std::future::Future;

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use countersign_kv::{Encoding, decode_counter, log};

use crate::keys;
use crate::record::{decode, encode};
use crate::{EventRef, Idempotency, Store, StoreError};

/// How often an election reads the slot again before it gives up.
const ROUNDS: usize = 10;
/// Slot numbers are between this and [`HIGHEST`], so that their two encodings can be told apart by length.
const LOWEST: u64 = 1_000_000_000;
/// See [`decode_counter`].
const HIGHEST: u64 = 1 << 61;

/// The name of a slot, such as the open request of a computer and subject, or an email address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub digest: String,
}

impl Slot {
    /// The slot with this name. The first part says what is elected. All names are in `slot/names.rs`; others are for tests.
    pub fn named(parts: &[&str]) -> Self {
        Self { digest: keys::digest(parts) }
    }
}

/// What a number in a slot stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The id of the record that holds the slot, or would hold it.
    pub holder: String,
    /// The event that counts once the slot holds the number.
    pub event: Option<EventRef>,
    /// The idempotency key it was made under.
    pub idempotency: Option<Idempotency>,
    /// The number that this one is to replace in the slot. That number's claim is removed later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<u64>,
    /// Written only to keep a delayed candidate from winning; nobody holds the slot.
    pub tombstone: bool,
}

impl Claim {
    /// The claim of a record without an event of its own.
    pub fn of(holder: &str) -> Self {
        Self { holder: holder.to_owned(), event: None, idempotency: None, replaces: None, tombstone: false }
    }
}

/// The result of taking a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acquired {
    /// The caller holds it.
    Won,
    /// Somebody else holds it.
    Held(Claim),
}

/// The result of an election for one candidate.
pub enum ElectionOutcome {
    Won,
    Held(Claim),
    /// The candidate's event was dropped before it won; it never will win.
    Dropped,
}

/// The contents of a slot at a moment.
pub enum SlotState {
    Absent,
    /// A number with the bytes it was read from. There is no claim for 0, or if the claim was lost.
    Holds {
        number: u64,
        bytes: Vec<u8>,
        encoding: Encoding,
        claim: Option<Claim>,
    },
}

impl SlotState {
    /// The number in the slot; `None` for 0.
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Holds { number, .. } => Some(*number).filter(|number| *number > 0),
            Self::Absent => None,
        }
    }

    /// The claim under that number. Its holder may be dead.
    pub fn claim(&self) -> Option<&Claim> {
        match self {
            Self::Holds { claim, .. } => claim.as_ref(),
            Self::Absent => None,
        }
    }
}

/// Whether the holder of a claim no longer counts: a request that was decided, an administrator who was deleted.
///
/// INVARIANT: once dead, always dead. An election may replace a holder that it once found dead.
pub type Dead<'a> = &'a (dyn Fn(Claim) -> BoxFuture<'a, Result<bool, StoreError>> + Send + Sync);

/// A candidate of an election, whose claim is already written.
pub struct Candidate<'a> {
    pub slot: &'a Slot,
    pub number: u64,
    pub event: Option<&'a EventRef>,
    /// The event of the holder that was found before the batch; the batch contains its receipt.
    pub confirmed: Option<EventRef>,
}

impl Store {
    /// The holder of a slot. The caller judges from the record whether it still counts.
    pub async fn holder(&self, slot: &Slot) -> Result<Option<Claim>, StoreError> {
        match self.slot_state(slot).await? {
            SlotState::Holds { claim, .. } => Ok(claim.filter(|claim| !claim.tombstone)),
            SlotState::Absent => Ok(None),
        }
    }

    /// Takes a slot for a record without an event of its own. `dead` judges the present holder; a dead holder must stay
    /// dead.
    pub async fn take<D, F>(&self, slot: &Slot, holder: &str, dead: D) -> Result<Acquired, StoreError>
    where
        D: Fn(Claim) -> F + Send + Sync,
        F: Future<Output = Result<bool, StoreError>> + Send,
    {
        let number = self.slot_number();
        let state = self.slot_state(slot).await?;
        let claim = Claim { replaces: state.number(), ..Claim::of(holder) };
        let judge = |claim: Claim| -> BoxFuture<'_, _> { Box::pin(dead(claim)) };
        if let Some(held) = self.live(&state, &judge).await? {
            return Ok(if held.holder == holder { Acquired::Won } else { Acquired::Held(held) });
        }
        let key = keys::claim(&slot.digest, number);
        let value = encode(&key, &claim)?;
        self.write(vec![(key, value)]).await?;
        let candidate = Candidate { slot, number, event: None, confirmed: None };
        match self.elect(&candidate, state, &judge).await? {
            ElectionOutcome::Held(held) if held.holder != holder => {
                // Nothing refers to the number of a losing candidate.
                self.kv.delete(&keys::claim(&slot.digest, number)).await?;
                Ok(Acquired::Held(held))
            }
            ElectionOutcome::Held(_) | ElectionOutcome::Won | ElectionOutcome::Dropped => Ok(Acquired::Won),
        }
    }

    /// Runs the election: swaps the candidate's number in while the slot is free or its holder is dead, then reads who
    /// holds it.
    pub async fn elect(
        &self,
        candidate: &Candidate<'_>,
        mut state: SlotState,
        dead: Dead<'_>,
    ) -> Result<ElectionOutcome, StoreError> {
        let key = keys::slot(&candidate.slot.digest);
        for _ in 0..ROUNDS {
            let SlotState::Holds { number, bytes, encoding, claim } = &state else {
                // Only to create the key, never to read it: on Redis even adding 0 makes concurrent swaps fail.
                self.kv.increment(&key, 0).await?;
                state = self.slot_state(candidate.slot).await?;
                continue;
            };
            if *number == candidate.number {
                return Ok(ElectionOutcome::Won);
            }
            if let Some(claim) = claim {
                if !self.is_dead(claim, dead).await? {
                    return self.lost(candidate, claim).await;
                }
                self.confirm_holder(candidate, claim).await?;
            }
            // Checked after the slot was read: a processor that drops the event marks it first, then changes the slot.
            if let Some(event) = candidate.event
                && self.abandoned(event).await?.is_some()
            {
                return Ok(ElectionOutcome::Dropped);
            }
            self.kv.swap(&key, bytes, encoding.encode(candidate.number)).await?;
            state = self.slot_state(candidate.slot).await?;
            // The candidate may have been elected and replaced, or touched, before it read the slot. A receipt says so.
            // Without checking for it, the same number would be swapped in twice, and a swap that expects it could
            // succeed when it must fail.
            if state.number() != Some(candidate.number)
                && let Some(event) = candidate.event
                && self.has_receipt(event).await?
            {
                return Ok(ElectionOutcome::Won);
            }
        }
        if state.number() == Some(candidate.number) {
            Ok(ElectionOutcome::Won)
        } else {
            Err(StoreError::Busy)
        }
    }

    /// Somebody else holds the slot: from the start, or after the candidate had held it, died and was replaced.
    async fn lost(&self, candidate: &Candidate<'_>, holder: &Claim) -> Result<ElectionOutcome, StoreError> {
        if let Some(event) = candidate.event
            && self.has_receipt(event).await?
        {
            return Ok(ElectionOutcome::Won);
        }
        Ok(ElectionOutcome::Held(holder.clone()))
    }

    /// The event of a dead holder counts. After the holder is replaced, only a receipt says so.
    async fn confirm_holder(&self, candidate: &Candidate<'_>, holder: &Claim) -> Result<(), StoreError> {
        match &holder.event {
            Some(event) if Some(event) != candidate.confirmed.as_ref() => {
                self.write(vec![event.receipt()]).await
            }
            _ => Ok(()),
        }
    }

    /// The claim that holds the slot, if its holder still counts.
    pub async fn live(&self, state: &SlotState, dead: Dead<'_>) -> Result<Option<Claim>, StoreError> {
        match state.claim() {
            Some(claim) if !self.is_dead(claim, dead).await? => Ok(Some(claim.clone())),
            _ => Ok(None),
        }
    }

    async fn is_dead(&self, claim: &Claim, dead: Dead<'_>) -> Result<bool, StoreError> {
        if claim.tombstone { Ok(true) } else { dead(claim.clone()).await }
    }

    pub async fn slot_state(&self, slot: &Slot) -> Result<SlotState, StoreError> {
        let key = keys::slot(&slot.digest);
        let Some(bytes) = self.kv.get(&key).await? else { return Ok(SlotState::Absent) };
        let (number, encoding) = decode_counter(&bytes).ok_or_else(|| StoreError::corrupt(&key))?;
        let claim = match number {
            0 => None,
            _ => self.claim(slot, number).await?,
        };
        Ok(SlotState::Holds { number, bytes, encoding, claim })
    }

    /// What a number in a slot stands for. A claim is written before its number can get into the slot, so an absent or
    /// unreadable claim is damage (for example an eviction). The holder is then unknown, and the slot is free for the
    /// next candidate: otherwise it would be blocked for good.
    async fn claim(&self, slot: &Slot, number: u64) -> Result<Option<Claim>, StoreError> {
        let key = keys::claim(&slot.digest, number);
        let claim = self.kv.get(&key).await?.and_then(|bytes| decode(&key, &bytes).ok());
        if claim.is_none() {
            log::line("the claim of a slot is lost; the slot counts as free", &[("claim", &key)]);
        }
        Ok(claim)
    }

    /// Changes the number in a slot but not its holder, so that a swap already under way fails.
    pub async fn touch_slot(&self, slot: &Slot) -> Result<(), StoreError> {
        let key = keys::slot(&slot.digest);
        for _ in 0..ROUNDS {
            // An absent slot is never swapped. A candidate that creates it now reads the mark before it swaps.
            let SlotState::Holds { number: held, bytes, encoding, claim } = self.slot_state(slot).await?
            else {
                return Ok(());
            };
            let number = self.slot_number();
            let mut batch: Vec<_> =
                claim.iter().filter_map(|claim| claim.event.as_ref()).map(EventRef::receipt).collect();
            let vacant = Claim { tombstone: true, ..Claim::of("") };
            let claim_key = keys::claim(&slot.digest, number);
            let claim = Claim { replaces: Some(held).filter(|held| *held > 0), ..claim.unwrap_or(vacant) };
            let value = encode(&claim_key, &claim)?;
            batch.push((claim_key, value));
            self.write(batch).await?;
            self.kv.swap(&key, &bytes, encoding.encode(number)).await?;
            // Another write in between has also changed it.
            if self.kv.get(&key).await?.is_none_or(|now| now != bytes) {
                return Ok(());
            }
        }
        Err(StoreError::Busy)
    }

    /// A candidate's own number.
    pub fn slot_number(&self) -> u64 {
        LOWEST + self.random.u64() % (HIGHEST - LOWEST)
    }
}
