//! Slots: one holder elected among racing callers, safe when any of them dies at any step.
//!
//! A slot is a key that only ever holds a number; a claim, written before the election, says what the number stands for.

use std::future::Future;

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use countersign_kv::{Encoding, decode_counter, log};

use crate::keys;
use crate::record::{decode, encode};
use crate::{EventRef, Idempotency, Store, StoreError};

/// How often an election looks again before it gives up.
const ROUNDS: usize = 10;
/// Slot numbers lie between this and [`HIGHEST`], so that their encodings are told apart by length.
const LOWEST: u64 = 1_000_000_000;
/// See [`decode_counter`].
const HIGHEST: u64 = 1 << 61;

/// The name of a slot: the open request of a computer and subject, a role's name in an organization, an email address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub digest: String,
}

impl Slot {
    /// The slot of this name. The first part says what is elected: `Slot::named(&["open-request", computer, subject])`.
    pub fn named(parts: &[&str]) -> Self {
        Self { digest: keys::digest(parts) }
    }
}

/// What a number in a slot stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The id of the record that holds the slot, or would.
    pub holder: String,
    /// The event that counts once the slot holds the number.
    pub event: Option<EventRef>,
    /// The idempotency key it was made under.
    pub idempotency: Option<Idempotency>,
    /// The number that this one is to replace in the slot, whose claim goes with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<u64>,
    /// Put there only to keep a stalled candidate from winning; nobody holds the slot.
    pub tombstone: bool,
}

impl Claim {
    /// The claim of a record without an event of its own.
    pub fn of(holder: &str) -> Self {
        Self { holder: holder.to_owned(), event: None, idempotency: None, replaces: None, tombstone: false }
    }
}

/// How taking a slot ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acquired {
    /// The caller holds it.
    Won,
    /// Somebody else does.
    Held(Claim),
}

/// How an election ended for one candidate.
pub enum Outcome {
    Won,
    Held(Claim),
    /// The candidate's event was dropped before it won; it never will.
    Dropped,
}

/// What a slot holds at a moment.
pub enum State {
    Absent,
    /// A number with the bytes it was read from. There is no claim for 0, nor where it was lost.
    Holds {
        number: u64,
        bytes: Vec<u8>,
        encoding: Encoding,
        claim: Option<Claim>,
    },
}

impl State {
    /// The number that the slot holds; none for 0.
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Holds { number, .. } => Some(*number).filter(|number| *number > 0),
            Self::Absent => None,
        }
    }
}

/// Whether the holder of a claim no longer counts: a request that was decided, a role that was deleted.
///
/// INVARIANT: once dead, always dead. An election may replace whom it once found dead.
pub type Dead<'a> = &'a (dyn Fn(Claim) -> BoxFuture<'a, Result<bool, StoreError>> + Send + Sync);

/// Somebody who stands for election, its claim already written.
pub struct Candidate<'a> {
    pub slot: &'a Slot,
    pub number: u64,
    pub event: Option<&'a EventRef>,
    /// The event of the holder found before the batch, which the batch has confirmed.
    pub confirmed: Option<EventRef>,
}

impl Store {
    /// Who holds a slot. The caller judges from the record whether they still count.
    pub async fn holder(&self, slot: &Slot) -> Result<Option<Claim>, StoreError> {
        match self.slot_state(slot).await? {
            State::Holds { claim: Some(claim), .. } if !claim.tombstone => Ok(Some(claim)),
            _ => Ok(None),
        }
    }

    /// Takes a slot for a record without an event of its own. `dead` judges a present holder; the dead never come back.
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
            Outcome::Held(held) if held.holder != holder => {
                // Nothing leads to the number of a candidate that has lost.
                self.kv.delete(&keys::claim(&slot.digest, number)).await?;
                Ok(Acquired::Held(held))
            }
            Outcome::Held(_) | Outcome::Won | Outcome::Dropped => Ok(Acquired::Won),
        }
    }

    /// Elects: swaps the own number in while the slot is free or its holder dead, and looks who holds it then.
    pub async fn elect(
        &self,
        candidate: &Candidate<'_>,
        mut state: State,
        dead: Dead<'_>,
    ) -> Result<Outcome, StoreError> {
        let key = keys::slot(&candidate.slot.digest);
        for _ in 0..ROUNDS {
            let State::Holds { number, bytes, encoding, claim } = &state else {
                // Only to create it, never as a read: on Redis even adding 0 makes the others' swaps fail.
                self.kv.increment(&key, 0).await?;
                state = self.slot_state(candidate.slot).await?;
                continue;
            };
            if *number == candidate.number {
                return Ok(Outcome::Won);
            }
            if let Some(claim) = claim {
                if !self.is_dead(claim, dead).await? {
                    return self.lost(candidate, claim).await;
                }
                self.confirm_holder(candidate, claim).await?;
            }
            // After the slot was read: whoever drops the event marks it first and changes the slot then.
            if let Some(event) = candidate.event
                && self.abandoned(event).await?.is_some()
            {
                return Ok(Outcome::Dropped);
            }
            self.kv.swap(&key, bytes, encoding.encode(candidate.number)).await?;
            state = self.slot_state(candidate.slot).await?;
            // It may have been elected and replaced, or touched, before it looked. A receipt says so; without asking for it, the same
            // number would be swapped in twice, and a swap that expects it could succeed after it was to fail.
            if state.number() != Some(candidate.number)
                && let Some(event) = candidate.event
                && self.has_receipt(event).await?
            {
                return Ok(Outcome::Won);
            }
        }
        match state {
            State::Holds { number, .. } if number == candidate.number => Ok(Outcome::Won),
            _ => Err(StoreError::Busy),
        }
    }

    /// Somebody else holds the slot: now, or after the candidate had held it, died and was replaced.
    async fn lost(&self, candidate: &Candidate<'_>, holder: &Claim) -> Result<Outcome, StoreError> {
        if let Some(event) = candidate.event
            && self.has_receipt(event).await?
        {
            return Ok(Outcome::Won);
        }
        Ok(Outcome::Held(holder.clone()))
    }

    /// The event of a dead holder counts; after it is replaced only its confirmation says so.
    async fn confirm_holder(&self, candidate: &Candidate<'_>, holder: &Claim) -> Result<(), StoreError> {
        match &holder.event {
            Some(event) if Some(event) != candidate.confirmed.as_ref() => {
                self.write(vec![event.receipt()]).await
            }
            _ => Ok(()),
        }
    }

    /// The claim that holds the slot and still counts.
    pub async fn live(&self, state: &State, dead: Dead<'_>) -> Result<Option<Claim>, StoreError> {
        match state {
            State::Holds { claim: Some(claim), .. } if !self.is_dead(claim, dead).await? => {
                Ok(Some(claim.clone()))
            }
            _ => Ok(None),
        }
    }

    async fn is_dead(&self, claim: &Claim, dead: Dead<'_>) -> Result<bool, StoreError> {
        if claim.tombstone { Ok(true) } else { dead(claim.clone()).await }
    }

    pub async fn slot_state(&self, slot: &Slot) -> Result<State, StoreError> {
        let key = keys::slot(&slot.digest);
        let Some(bytes) = self.kv.get(&key).await? else { return Ok(State::Absent) };
        let (number, encoding) = decode_counter(&bytes).ok_or_else(|| StoreError::corrupt(&key))?;
        let claim = match number {
            0 => None,
            _ => self.claim(slot, number).await?,
        };
        Ok(State::Holds { number, bytes, encoding, claim })
    }

    /// What a number in a slot stands for. A claim is written before its number can get into the slot, so one that is absent or
    /// unreadable is damage (an eviction, say). Then nobody is known to hold the slot, and it is free for the next candidate:
    /// otherwise it would stay blocked for good.
    async fn claim(&self, slot: &Slot, number: u64) -> Result<Option<Claim>, StoreError> {
        let key = keys::claim(&slot.digest, number);
        let claim = self.kv.get(&key).await?.and_then(|bytes| decode(&key, &bytes).ok());
        if claim.is_none() {
            log::line("the claim of a slot is lost; the slot counts as free", &[("claim", &key)]);
        }
        Ok(claim)
    }

    /// Changes the number in a slot without changing its holder, so that a swap that was already on its way fails.
    pub async fn touch_slot(&self, slot: &Slot) -> Result<(), StoreError> {
        let key = keys::slot(&slot.digest);
        for _ in 0..ROUNDS {
            // Nobody swaps an absent slot; who creates it now reads the mark before swapping.
            let State::Holds { number: held, bytes, encoding, claim } = self.slot_state(slot).await? else {
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
            // Another write in between has changed it as well.
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
