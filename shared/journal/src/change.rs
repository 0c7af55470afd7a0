//! The one way of saving: a change carries its event with it, so that none can be forgotten.

mod elected;
mod idempotency;
mod plain;
mod update;
mod whole;

use countersign_model::audit::Act;
use countersign_model::ids::{EventId, OrganizationId};
use countersign_model::notice::Notice;
use countersign_model::permit::Permit;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

pub use elected::Elected;
pub use plain::Saved;
pub use update::Terms;

use crate::event::{Commit, Event, ListChange, Origin};
use crate::{Journal, List};
use countersign_store::EventRef;
use countersign_store::keys;
use countersign_store::record::{Entity, Envelope, encode, raw};
use countersign_store::{Idempotency, StoreError};

/// How often a writer appends again because its number was given up while it stalled.
pub(crate) const APPENDS: usize = 3;

/// Something done, with everything that follows from it.
#[derive(Debug, Clone)]
pub struct Change {
    organization: OrganizationId,
    origin: Origin,
    act: Act,
    subjects: Vec<String>,
    detail: Option<Value>,
    lists: Vec<ListChange>,
    notices: Vec<Notice>,
    agents: bool,
    agents_at: Option<Timestamp>,
    idempotency: Option<Idempotency>,
    entries: Vec<(String, Vec<u8>)>,
    /// The id of the first record created: what an idempotent retry is answered with.
    first: Option<String>,
    failed: Option<StoreError>,
}

impl Change {
    /// A change in an organization. The permit proves that somebody decided it may be done.
    pub fn new(_permit: &Permit, origin: &Origin, organization: &OrganizationId, act: Act) -> Self {
        Self {
            organization: organization.clone(),
            origin: origin.clone(),
            act,
            subjects: Vec::new(),
            detail: None,
            lists: Vec::new(),
            notices: Vec::new(),
            agents: false,
            agents_at: None,
            idempotency: None,
            entries: Vec::new(),
            first: None,
            failed: None,
        }
    }

    /// Creates a record under its fresh id. An organization and an administrator come with records of their own:
    /// [`Change::create_organization`], [`Change::create_administrator`].
    #[must_use]
    pub fn create<T: Entity>(self, entity: &T) -> Self {
        self.put_first(entity.own_record_id(), entity)
    }

    /// Creates a record under an id of the caller's making.
    #[must_use]
    pub fn create_as<T: Entity>(self, id: &T::Id, entity: &T) -> Self {
        self.put_first(T::record_id(id), entity)
    }

    fn put_first<T: Entity>(mut self, id: String, entity: &T) -> Self {
        self.put_record(&id, entity);
        self.first.get_or_insert(id);
        self
    }

    /// Writes a value under a key of its own (see [`keys`]), not as a record.
    #[must_use]
    pub fn raw(mut self, key: String, value: Vec<u8>) -> Self {
        self.entries.push((key, value));
        self
    }

    /// Adds to a log, or has a set look again whether the id belongs to it.
    #[must_use]
    pub fn index(mut self, list: List, id: impl Into<String>) -> Self {
        self.lists.push(ListChange { list, id: id.into() });
        self
    }

    /// What the event is about, for searching.
    #[must_use]
    pub fn about(mut self, id: impl Into<String>) -> Self {
        self.subjects.push(id.into());
        self
    }

    /// Somebody must hear of it.
    #[must_use]
    pub fn tell(mut self, notice: Notice) -> Self {
        self.notices.push(notice);
        self
    }

    /// What the audit says beyond who, what and when.
    #[must_use]
    pub fn detail(mut self, detail: impl Serialize) -> Self {
        self.detail = serde_json::to_value(detail).ok();
        self
    }

    /// The organization's agents must ask again.
    #[must_use]
    pub fn agents(mut self) -> Self {
        self.agents = true;
        self
    }

    /// The organization's agents must ask again at a later moment, too.
    #[must_use]
    pub fn agents_at(mut self, at: Timestamp) -> Self {
        self.agents_at = Some(at);
        self
    }

    /// A retry under the same key finds what this attempt did. For [`Journal::save_update`] it goes into [`Terms`].
    #[must_use]
    pub fn idempotent(mut self, idempotency: Option<Idempotency>) -> Self {
        self.idempotency = idempotency;
        self
    }

    fn put_record<T: Entity>(&mut self, id: &str, entity: &T) {
        let key = keys::record(id);
        let value = raw(&key, entity)
            .and_then(|value| encode(&key, &Envelope::first("created".to_owned(), None, value)));
        match value {
            Ok(value) => self.entries.push((key, value)),
            Err(error) => self.failed = Some(error),
        }
    }
}

/// A place for an event, before anything is written there.
pub(crate) struct Draft {
    pub(crate) id: EventId,
    pub(crate) place: EventRef,
}

impl Journal {
    /// A number in the journal for a change; a draft that was given up keeps the event's id.
    pub(crate) async fn draft(&self, change: &Change, again: Option<EventId>) -> Result<Draft, StoreError> {
        let number = self.reserve(&change.organization, 1).await?;
        let place = EventRef { organization_id: change.organization.clone(), number };
        let id = again.unwrap_or_else(|| EventId::from_ulid(self.random().ulid(self.clock().now())));
        Ok(Draft { id, place })
    }

    /// Writes the event and everything new in one batch.
    pub(crate) async fn write_batch(
        &self,
        change: &Change,
        draft: &Draft,
        commit: Commit,
        also: Vec<(String, Vec<u8>)>,
    ) -> Result<(), StoreError> {
        if let Some(error) = &change.failed {
            return Err(error.clone());
        }
        let event = change.event(draft, commit);
        let key = keys::entry(&draft.place.organization_id, draft.place.number);
        let value = encode(&key, &event)?;
        let mut batch = change.entries.clone();
        batch.push((key, value));
        batch.extend(also);
        self.write(batch).await
    }
}

impl Change {
    fn event(&self, draft: &Draft, commit: Commit) -> Event {
        Event {
            id: draft.id.clone(),
            organization_id: self.organization.clone(),
            number: draft.place.number,
            at: self.origin.at,
            who: self.origin.who.clone(),
            address: self.origin.address.clone(),
            act: self.act,
            commit,
            subjects: self.subjects.clone(),
            detail: self.detail.clone(),
            lists: self.lists.clone(),
            notices: self.notices.clone(),
            agents: self.agents,
            agents_at: self.agents_at,
            idempotency: self.idempotency.as_ref().map(|idempotency| idempotency.key.clone()),
            propagated_from: None,
        }
    }
}
