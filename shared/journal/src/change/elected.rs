//! Saving a new record that must be the only one of its kind: it counts once it wins the election of a slot.

use std::future::Future;

use futures::future::{BoxFuture, try_join};

use crate::Journal;
use crate::change::{APPENDS, Change, Saved};
use crate::event::Commit;
use countersign_store::Abandoned;
use countersign_store::EventRef;
use countersign_store::Idempotency;
use countersign_store::keys;
use countersign_store::record::{Entity, encode};
use countersign_store::slot::{Candidate, Claim, Dead, ElectionOutcome, Slot, SlotState};
use countersign_store::{StoreError, Stored};

/// How an election ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Elected<T> {
    /// The new record holds the slot, or the record of an earlier attempt under the same idempotency key does.
    Won(Stored<T>),
    /// Another record holds it; nothing was saved.
    Held(Claim),
}

/// The outcome of an election, by id.
enum Decided {
    Won(String),
    /// An earlier attempt had won.
    Repeated(String),
    Held(Claim),
}

impl Journal {
    /// Saves a change whose first new record must win a slot, in at most four write transactions when the slot is fresh.
    ///
    /// `dead` judges whether the present holder no longer counts. It may be called repeatedly, and a dead holder must
    /// stay dead.
    ///
    /// ```text
    /// let slot = Slot::open_request(&computer, &subject.key());
    /// let dead = |claim: Claim| async move { Ok(!is_pending(&store, &claim.holder).await?) };
    /// match journal.save_elected::<Request, _, _>(&slot, change, dead).await? {
    ///     Elected::Won(stored) => created(stored),
    ///     Elected::Held(claim) => repeated(claim.holder),
    /// }
    /// ```
    pub async fn save_elected<T, D, F>(
        &self,
        slot: &Slot,
        change: Change,
        dead: D,
    ) -> Result<Elected<T>, StoreError>
    where
        T: Entity,
        D: Fn(Claim) -> F + Send + Sync,
        F: Future<Output = Result<bool, StoreError>> + Send,
    {
        let judge = |claim: Claim| -> BoxFuture<'_, _> { Box::pin(dead(claim)) };
        match self.run_election(slot, &change, &judge).await? {
            Decided::Won(id) | Decided::Repeated(id) => {
                let stored = self.load_by_record_id::<T>(&id).await?.ok_or(StoreError::NotFound)?;
                Ok(Elected::Won(stored))
            }
            Decided::Held(claim) => Ok(Elected::Held(claim)),
        }
    }

    /// Whether [`Journal::save_elected`] would save nothing now: the slot has a live holder, or an earlier attempt under
    /// the idempotency key counts. Only a hint, because the holder may change before the change is saved.
    pub async fn is_elected<D, F>(
        &self,
        slot: &Slot,
        idempotency: Option<&Idempotency>,
        dead: D,
    ) -> Result<bool, StoreError>
    where
        D: Fn(Claim) -> F + Send + Sync,
        F: Future<Output = Result<bool, StoreError>> + Send,
    {
        let judge = |claim: Claim| -> BoxFuture<'_, _> { Box::pin(dead(claim)) };
        let (state, attempts) = try_join(self.slot_state(slot), self.attempts(idempotency)).await?;
        let own = state
            .claim()
            .is_some_and(|claim| idempotency.is_some() && claim.idempotency.as_ref() == idempotency);
        Ok(own || self.answered(&attempts).await?.is_some() || self.live(&state, &judge).await?.is_some())
    }

    /// Saves new records once for all attempts under an idempotency key.
    pub(crate) async fn save_once(&self, slot: &Slot, change: Change) -> Result<Saved, StoreError> {
        let body = change.idempotency().map(|idempotency| idempotency.body.clone());
        let never = |_: Claim| -> BoxFuture<'_, Result<bool, StoreError>> { Box::pin(async { Ok(false) }) };
        match self.run_election(slot, &change, &never).await? {
            Decided::Won(id) => Ok(Saved { id, repeated: false }),
            Decided::Repeated(id) => Ok(Saved { id, repeated: true }),
            Decided::Held(claim) if claim.idempotency.as_ref().map(|held| &held.body) == body.as_ref() => {
                Ok(Saved { id: claim.holder, repeated: true })
            }
            Decided::Held(_) => Err(StoreError::KeyReused),
        }
    }

    async fn run_election(
        &self,
        slot: &Slot,
        change: &Change,
        dead: Dead<'_>,
    ) -> Result<Decided, StoreError> {
        let id = change.first();
        self.check(change, &Commit::Slot { slot: slot.digest.clone(), number: u64::MAX })?;
        let idempotency = change.idempotency();
        let (mut state, attempts) = try_join(self.slot_state(slot), self.attempts(idempotency)).await?;
        if let Some(id) = self.answered(&attempts).await? {
            return Ok(Decided::Repeated(id));
        }
        let mut again = None;
        for _ in 0..APPENDS {
            if let Some(decided) = self.already_decided(change, &state, dead).await? {
                return Ok(decided);
            }
            let reservation = self.reserve_for(change, again).await?;
            let number = self.slot_number();
            let claim = Claim {
                event: Some(reservation.place.clone()),
                idempotency: idempotency.cloned(),
                replaces: state.number(),
                ..Claim::of(id)
            };
            let confirmed = held_event(&state);
            let key = keys::claim(&slot.digest, number);
            let value = encode(&key, &claim)?;
            let mut also = vec![(key, value)];
            also.extend(confirmed.iter().map(EventRef::receipt));
            also.extend(self.remember(&attempts, idempotency, &reservation, id)?);
            let commit = Commit::Slot { slot: slot.digest.clone(), number };
            self.write_batch(change, &reservation, commit, also).await?;
            let candidate = Candidate { slot, number, event: Some(&reservation.place), confirmed };
            match self.elect(&candidate, state, dead).await {
                Ok(ElectionOutcome::Won) => {
                    self.wake(change.organization());
                    return Ok(Decided::Won(id.to_owned()));
                }
                Ok(ElectionOutcome::Held(claim)) => {
                    self.abandon(&reservation.place, Abandoned::ByLoser).await?;
                    return Ok(own(change, claim));
                }
                // Abandoned while this writer stalled: try again under a new number, with a new claim.
                Ok(ElectionOutcome::Dropped) => {
                    again = Some(reservation.id);
                    state = self.slot_state(slot).await?;
                }
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Busy)
    }

    /// Checks before anything is written: a live holder, or one that an earlier attempt of the same caller made.
    async fn already_decided(
        &self,
        change: &Change,
        state: &SlotState,
        dead: Dead<'_>,
    ) -> Result<Option<Decided>, StoreError> {
        if let Some(claim) = state.claim()
            && is_own(change, claim)
        {
            return Ok(Some(Decided::Repeated(claim.holder.clone())));
        }
        Ok(self.live(state, dead).await?.map(Decided::Held))
    }
}

/// A holder that the same caller put there under the same key is the answer to this attempt, too.
fn own(change: &Change, claim: Claim) -> Decided {
    if is_own(change, &claim) { Decided::Repeated(claim.holder) } else { Decided::Held(claim) }
}

fn is_own(change: &Change, claim: &Claim) -> bool {
    claim.idempotency.is_some() && claim.idempotency.as_ref() == change.idempotency()
}

fn held_event(state: &SlotState) -> Option<EventRef> {
    state.claim().and_then(|claim| claim.event.clone())
}
