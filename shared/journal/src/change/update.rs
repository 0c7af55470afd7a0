//! Saving a change of a record: it counts once the record carries it.

use futures::future::try_join;
use serde_json::value::RawValue;

use crate::Journal;
use crate::change::idempotency::Attempts;
use crate::change::{APPENDS, Change, Reservation};
use crate::event::Commit;
use countersign_store::Abandoned;
use countersign_store::EventRef;
use countersign_store::Idempotency;
use countersign_store::keys;
use countersign_store::record::{ATTEMPTS, Entity, Envelope, Read};
use countersign_store::{StoreError, Stored, UpdateError, has_trail, trail_entry};

/// The preconditions of changing a record.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// The revisions of which the caller has read one (`If-Match`); any other refuses with [`StoreError::Revision`].
    pub revisions: Option<Vec<u64>>,
    /// The caller's idempotency key.
    pub idempotency: Option<Idempotency>,
}

impl From<Option<Vec<u64>>> for Terms {
    fn from(revisions: Option<Vec<u64>>) -> Self {
        Self { revisions, idempotency: None }
    }
}

impl From<u64> for Terms {
    fn from(revision: u64) -> Self {
        Some(vec![revision]).into()
    }
}

/// Why a step was not made. The caller keeps the error of a refusal.
enum Halt {
    Refused,
    Store(StoreError),
}

impl<S: Into<StoreError>> From<S> for Halt {
    fn from(error: S) -> Self {
        Self::Store(error.into())
    }
}

/// From the current record to its next value and the change that goes with it.
type Step<'a> = dyn FnMut(&Envelope) -> Result<(Box<RawValue>, Change), Halt> + Send + 'a;

/// A change that is being made.
struct Attempted {
    reservation: Reservation,
    write: String,
}

impl Journal {
    /// Changes a record: number, batch, swap, read back. Takes three write transactions if nobody else writes.
    ///
    /// The transition is pure: it may run twice, and the second time it sees what others have written.
    ///
    /// ```text
    /// let saved = journal.save_update(&id, if_match, |old: &Request| {
    ///     let new = old.decide(decision.clone(), &whereabouts)?;
    ///     Ok::<_, AlreadyDecided>((new, Change::new(&permit, &origin, RequestDecided::of(old, &new, &decision))))
    /// }).await?;
    /// ```
    pub async fn save_update<T, E>(
        &self,
        id: &T::Id,
        terms: impl Into<Terms> + Send,
        transition: impl Fn(&T) -> Result<(T, Change), E> + Send + Sync,
    ) -> Result<Stored<T>, UpdateError<E>>
    where
        T: Entity,
        E: Send,
    {
        let id = T::record_id(id);
        let key = keys::record(&id);
        let terms = terms.into();
        let mut refusal = None;
        let mut step = |envelope: &Envelope| {
            let old = envelope.open::<T>(&key)?;
            match transition(&old.value) {
                Ok((new, change)) => Ok((envelope.replaced(&key, &old.value, &new)?, change)),
                Err(error) => {
                    refusal = Some(error);
                    Err(Halt::Refused)
                }
            }
        };
        let done = self.run_update(&id, &terms, &mut step).await;
        match (done, refusal) {
            (Ok(read), _) => Ok(read.envelope.open(&key)?),
            (Err(Halt::Store(error)), _) => Err(error.into()),
            (Err(Halt::Refused), Some(error)) => Err(UpdateError::Refused(error)),
            (Err(Halt::Refused), None) => Err(StoreError::Busy.into()),
        }
    }

    async fn run_update(&self, id: &str, terms: &Terms, step: &mut Step<'_>) -> Result<Read, Halt> {
        let key = keys::record(id);
        let (read, attempts) = try_join(self.read(&key), self.attempts(terms.idempotency.as_ref())).await?;
        let mut read = read.ok_or(StoreError::NotFound)?;
        if self.answered(&attempts).await?.is_some() {
            return Ok(self.read(&key).await?.ok_or(StoreError::NotFound)?);
        }
        let mut attempted = None;
        for _ in 0..ATTEMPTS {
            if self.is_done(terms, &read, &mut attempted).await? {
                return Ok(read);
            }
            let current = read.envelope.revision;
            let next = match &terms.revisions {
                Some(expected) if !expected.contains(&current) => {
                    Err(StoreError::Revision { current }.into())
                }
                _ => step(&read.envelope),
            };
            let (value, change) = match next {
                Ok(next) => next,
                Err(halt) => {
                    self.give_up_attempt(attempted).await?;
                    return Err(halt);
                }
            };
            require_fresh(&change, id, read.envelope.revision)?;
            let now = self.prepare(id, terms, &attempts, change, &read.envelope, attempted.take()).await?;
            let new = read.envelope.next(now.write.clone(), Some(now.reservation.place.clone()), value);
            let (made, current) = self.swap_record(&key, &read, &new).await?;
            if made {
                self.wake(&now.reservation.place.organization_id);
                return Ok(current);
            }
            attempted = Some(now);
            read = current;
        }
        self.give_up_attempt(attempted).await?;
        Err(StoreError::Busy.into())
    }

    /// Takes a number and writes the batch; again under a new number if the first was dropped meanwhile.
    ///
    /// A retry never reuses its predecessor's number: a processor may have read that entry and must not see it
    /// committed with other contents.
    async fn prepare(
        &self,
        id: &str,
        terms: &Terms,
        attempts: &Attempts,
        change: Change,
        old: &Envelope,
        attempted: Option<Attempted>,
    ) -> Result<Attempted, StoreError> {
        let change = change.idempotent(terms.idempotency.clone());
        let mut given_up =
            attempted.as_ref().map(|attempted| attempted.reservation.place.abandonment(Abandoned::ByWriter));
        let mut again = attempted.map(|attempted| attempted.reservation.id);
        for _ in 0..APPENDS {
            // A new number comes with a new write id, so that the event under the old number never counts.
            let write = self.write_id();
            let write = terms.idempotency.as_ref().map_or(write.clone(), |under| under.write_id(&write));
            let commit = Commit::Record { id: id.to_owned(), write: write.clone() };
            self.check(&change, &commit)?;
            let now = Attempted { reservation: self.reserve_for(&change, again).await?, write };
            let mut also: Vec<_> = old.event.iter().map(EventRef::receipt).collect();
            for event in old.event.iter().filter(|_| has_trail(id)) {
                also.push(trail_entry(id, old.revision, event)?);
            }
            also.extend(given_up.take());
            also.extend(self.remember(attempts, change.idempotency(), &now.reservation, id)?);
            self.write_batch(&change, &now.reservation, commit, also).await?;
            // Checked after the record was read: a processor that drops the event marks it first, then touches the
            // record.
            match self.abandoned(&now.reservation.place).await {
                Ok(None) => return Ok(now),
                Ok(Some(_)) => {}
                Err(error) => return Err(self.give_up(&now.reservation.place, error.into()).await),
            }
            again = Some(now.reservation.id);
        }
        Err(StoreError::Busy)
    }

    /// Whether an attempt under the same idempotency key has changed the record already: one that raced with this one shows in the
    /// record only.
    async fn is_done(
        &self,
        terms: &Terms,
        read: &Read,
        attempted: &mut Option<Attempted>,
    ) -> Result<bool, StoreError> {
        let Some(idempotency) = &terms.idempotency else { return Ok(false) };
        let done = read.envelope.is_written_under(idempotency);
        if done != Ok(false) {
            self.give_up_attempt(attempted.take()).await?;
        }
        done
    }

    /// Marks the event's number as abandoned, so that the processor does not wait for it.
    async fn give_up_attempt(&self, attempted: Option<Attempted>) -> Result<(), StoreError> {
        match attempted {
            Some(attempted) => self.abandon(&attempted.reservation.place, Abandoned::ByWriter).await,
            None => Ok(()),
        }
    }
}

/// A permit that was judged on another revision of this record says nothing about its current state. A transition that
/// judges by the record it is given is never refused here.
pub(crate) fn require_fresh(change: &Change, id: &str, revision: u64) -> Result<(), StoreError> {
    match change.permit.judged_on() {
        Some(judged) if judged.record == id && judged.revision != revision => Err(StoreError::Busy),
        _ => Ok(()),
    }
}
