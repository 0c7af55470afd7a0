//! The one way of saving: a change carries its act, and everything else about its event is derived from the act.

mod elected;
mod idempotency;
mod plain;
pub(crate) mod update;
mod whole;

use countersign_model::ids::{EventId, OrganizationId};
use countersign_model::permit::Permit;
use countersign_model::{NewAct, Origin, StoredAct};
use countersign_store::record::{Entity, Envelope, MAX_VALUE, encode, raw};
use countersign_store::{Abandoned, EventRef, Idempotency, StoreError, has_trail, keys, trail_entry};

pub use elected::Elected;
pub use plain::Saved;
pub use update::Terms;

use crate::Journal;
use crate::event::{Commit, Event};

/// The most bytes of an event. In the journals above, it also carries where it comes from.
const MAX_EVENT: usize = MAX_VALUE - 1024;
/// How often a writer appends again because its number was abandoned while it stalled.
pub(crate) const APPENDS: usize = 3;

/// Something done, with everything that follows from it.
#[derive(Debug, Clone)]
pub struct Change {
    permit: Permit,
    origin: Origin,
    act: NewAct,
    idempotency: Option<Idempotency>,
    entries: Vec<(String, Vec<u8>)>,
    /// The record ids of the records created. An idempotent retry is answered with the first.
    created: Vec<String>,
    failed: Option<StoreError>,
}

impl Change {
    /// An act that the permit allows, in the permit's organization. Saving checks that permit and act fit each other.
    pub fn new(permit: &Permit, origin: &Origin, act: impl Into<NewAct>) -> Self {
        Self {
            permit: permit.clone(),
            origin: origin.clone(),
            act: act.into(),
            idempotency: None,
            entries: Vec::new(),
            created: Vec::new(),
            failed: None,
        }
    }

    /// Creates a record under its fresh id. Organizations, administrators and flags come with further records: see
    /// [`Change::create_organization`], [`Change::create_administrator`] and [`Change::create_flag`].
    #[must_use]
    pub fn create<T: Entity>(self, entity: &T) -> Self {
        self.put(entity.own_record_id(), entity)
    }

    /// Creates a record under an id that the caller chose.
    #[must_use]
    pub fn create_as<T: Entity>(self, id: &T::Id, entity: &T) -> Self {
        self.put(T::record_id(id), entity)
    }

    /// Creates a record that the event does not name, of which there may be thousands. It is for updates: what an election
    /// leaves behind is found by what its event names.
    #[must_use]
    pub fn create_unnamed<T: Entity>(mut self, entity: &T) -> Self {
        let named = self.created.len();
        self = self.create(entity);
        self.created.truncate(named);
        self
    }

    /// Writes a value under a key of its own (see [`keys`]), not as a record.
    #[must_use]
    pub fn raw(mut self, key: String, value: Vec<u8>) -> Self {
        self.entries.push((key, value));
        self
    }

    /// Lets a retry under the same key find what this attempt did. For [`Journal::save_update`], the key goes into
    /// [`Terms`].
    #[must_use]
    pub fn idempotent(mut self, idempotency: Option<Idempotency>) -> Self {
        self.idempotency = idempotency;
        self
    }

    /// The organization in whose journal it is saved.
    pub(crate) fn organization(&self) -> &OrganizationId {
        self.permit.organization()
    }

    /// The record id of the first record created; empty if there is none.
    pub(crate) fn first(&self) -> &str {
        self.created.first().map(String::as_str).unwrap_or_default()
    }

    fn put<T: Entity>(mut self, id: String, entity: &T) -> Self {
        let key = keys::record(&id);
        let value = raw(&key, entity)
            .and_then(|value| encode(&key, &Envelope::first("created".to_owned(), None, value)));
        match value {
            Ok(value) => self.entries.push((key, value)),
            Err(error) => self.failed = Some(error),
        }
        self.created.push(id);
        self
    }

    /// The event as it is written.
    fn event(&self, key: &str, reservation: &Reservation, commit: Commit) -> Result<Vec<u8>, StoreError> {
        let event: Event<&StoredAct> = Event {
            id: reservation.id.clone(),
            organization_id: self.organization().clone(),
            number: reservation.place.number,
            at: self.origin.at,
            who: self.origin.who.clone(),
            address: self.origin.address.clone(),
            act: self.act.stored().ok_or_else(|| StoreError::corrupt(key))?,
            commit,
            idempotency: self.idempotency.as_ref().map(|idempotency| idempotency.key.clone()),
            created: self.created.clone(),
            propagated_from: None,
            via: None,
        };
        encode(key, &event)
    }
}

/// A number taken for an event, before anything is written under it.
pub(crate) struct Reservation {
    pub(crate) id: EventId,
    pub(crate) place: EventRef,
}

impl Journal {
    /// Refuses a change that could not be saved, before a number is taken for it: the permit does not fit, or a record
    /// or the event is too large.
    pub(crate) fn check(&self, change: &Change, commit: &Commit) -> Result<(), StoreError> {
        if let Some(error) = &change.failed {
            return Err(error.clone());
        }
        if !change.act.permitted_by(change.permit.basis()) {
            return Err(StoreError::NotPermitted { what: change.act.name().id() });
        }
        let place = EventRef { organization_id: change.organization().clone(), number: u64::MAX };
        let longest = Reservation { id: self.event_id(), place };
        let key = keys::entry(change.organization(), u64::MAX);
        let event = change.event(&key, &longest, commit.clone())?;
        if event.len() > MAX_EVENT {
            return Err(StoreError::TooLarge { key });
        }
        match change.entries.iter().find(|(_, value)| value.len() > MAX_VALUE) {
            Some((key, _)) => Err(StoreError::TooLarge { key: key.clone() }),
            None => Ok(()),
        }
    }

    /// Takes a number in the journal for a checked change. A reservation that replaces an abandoned one keeps the
    /// event's id.
    pub(crate) async fn reserve_for(
        &self,
        change: &Change,
        again: Option<EventId>,
    ) -> Result<Reservation, StoreError> {
        let number = self.reserve(change.organization(), 1).await?;
        let place = EventRef { organization_id: change.organization().clone(), number };
        Ok(Reservation { id: again.unwrap_or_else(|| self.event_id()), place })
    }

    fn event_id(&self) -> EventId {
        EventId::from_ulid(self.random().ulid(self.clock().now()))
    }

    /// Writes the event and all new records in one batch. If that fails, the number is abandoned at once, so that the
    /// processor need not wait for it. The exception is a batch that is itself the commit: it may still arrive, and
    /// then it counts.
    pub(crate) async fn write_batch(
        &self,
        change: &Change,
        reservation: &Reservation,
        commit: Commit,
        also: Vec<(String, Vec<u8>)>,
    ) -> Result<(), StoreError> {
        let commits = commit == Commit::Created;
        let written = async {
            let key = keys::entry(&reservation.place.organization_id, reservation.place.number);
            let value = change.event(&key, reservation, commit)?;
            let mut batch = change.entries.clone();
            batch.push((key, value));
            for id in change.created.iter().filter(|id| has_trail(id)) {
                batch.push(trail_entry(id, 0, &reservation.place)?);
            }
            batch.extend(also);
            self.write(batch).await
        };
        match written.await {
            Ok(()) => Ok(()),
            Err(error) if commits => Err(error),
            Err(error) => Err(self.give_up(&reservation.place, error).await),
        }
    }

    /// Marks a number as abandoned because of `error`. If the store fails here too, the processor finds out by waiting.
    pub(crate) async fn give_up(&self, place: &EventRef, error: StoreError) -> StoreError {
        // INVARIANT: a writer that abandons a number never commits under it afterwards, so a batch that was written in
        // spite of the failure has no effect.
        let _ = self.abandon(place, Abandoned::ByWriter).await;
        error
    }
}
