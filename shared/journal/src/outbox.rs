//! An organization's deliveries that are not settled yet. They are kept apart from the projection, so that slow
//! providers do not delay the processing of events.

use countersign_model::ids::OrganizationId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Journal;
use crate::lists::log::Blocks;
use countersign_store::record::Entity;
use countersign_store::{StoreError, UpdateError, keys};

/// How many deliveries the record itself holds; further ones wait in blocks.
const HELD: usize = 500;
/// How many go into one of those blocks.
const SPILLED: usize = 250;
/// How often an update is tried. It is more than in a request, because nobody waits for it.
const ATTEMPTS: usize = 8;

/// A delivery to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The delivery's id.
    pub id: String,
    /// The earliest time to send it.
    pub at: Timestamp,
}

/// An organization's outstanding deliveries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxOf {
    organization_id: OrganizationId,
    due: Vec<Due>,
    /// Blocks of further deliveries, oldest first.
    spilled: Vec<String>,
}

impl Entity for OutboxOf {
    type Id = OrganizationId;

    fn record_id(id: &Self::Id) -> String {
        format!("outbox_{id}")
    }

    fn own_record_id(&self) -> String {
        Self::record_id(&self.organization_id)
    }
}

impl OutboxOf {
    pub(crate) fn new(organization: &OrganizationId) -> Self {
        Self { organization_id: organization.clone(), due: Vec::new(), spilled: Vec::new() }
    }

    fn put(&mut self, new: &[Due]) {
        for due in new {
            match self.due.iter_mut().find(|each| each.id == due.id) {
                Some(present) => present.at = due.at,
                None => self.due.push(due.clone()),
            }
        }
    }
}

/// The name of the lease under which an organization's deliveries are sent.
pub fn delivery_lease(organization: &OrganizationId) -> String {
    format!("deliver/{organization}")
}

/// The outbox of an organization; [`Journal::outbox`].
pub struct Outbox<'a> {
    journal: &'a Journal,
    organization_id: OrganizationId,
}

impl Journal {
    /// The outbox of an organization.
    pub fn outbox(&self, organization: &OrganizationId) -> Outbox<'_> {
        Outbox { journal: self, organization_id: organization.clone() }
    }
}

impl Outbox<'_> {
    /// Adds deliveries, or changes the time of deliveries that are already there.
    pub async fn add(&self, new: &[Due]) -> Result<(), StoreError> {
        if new.is_empty() {
            return Ok(());
        }
        let mut blocks = Blocks::default();
        let held = self.load().await?.due.len();
        let room = HELD.saturating_sub(held).min(new.len());
        let (now, later) = new.split_at(room);
        let mut spilled = Vec::new();
        for part in later.chunks(SPILLED) {
            spilled.push(self.journal.put_block(&part, &mut blocks)?);
        }
        if !blocks.written.is_empty() {
            self.journal.write(blocks.written).await?;
        }
        self.change(|outbox| {
            outbox.put(now);
            outbox.spilled.extend(spilled.iter().cloned());
        })
        .await
    }

    /// The due deliveries, longest due first, at most `limit`.
    pub async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Due>, StoreError> {
        let mut outbox = self.load().await?;
        if outbox.due.len() < HELD / 2 && !outbox.spilled.is_empty() {
            outbox = self.refill(&outbox).await?;
        }
        let mut due: Vec<_> = outbox.due.into_iter().filter(|due| due.at <= now).collect();
        due.sort_by_key(|due| due.at);
        due.truncate(limit);
        Ok(due)
    }

    /// When the next delivery is due; `None` if nothing is outstanding.
    pub async fn next_at(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.load().await?.due.iter().map(|due| due.at).min())
    }

    /// Removes deliveries that are settled, with whatever outcome.
    pub async fn remove(&self, ids: &[&str]) -> Result<(), StoreError> {
        self.change(|outbox| outbox.due.retain(|due| !ids.contains(&due.id.as_str()))).await
    }

    /// Moves the oldest block of further deliveries into the record.
    async fn refill(&self, outbox: &OutboxOf) -> Result<OutboxOf, StoreError> {
        let Some(block) = outbox.spilled.first() else { return Ok(outbox.clone()) };
        let key = keys::block(block);
        let Some(bytes) = self.journal.kv().get(&key).await? else { return self.load().await };
        let waiting: Vec<Due> = countersign_store::record::decode(&key, &bytes)?;
        self.change(|outbox| {
            // Another call may have moved it since.
            if outbox.spilled.contains(block) {
                outbox.spilled.retain(|each| each != block);
                outbox.put(&waiting);
            }
        })
        .await?;
        self.journal.kv().delete(&key).await?;
        self.load().await
    }

    async fn load(&self) -> Result<OutboxOf, StoreError> {
        let stored =
            self.journal.load::<OutboxOf>(&self.organization_id).await?.ok_or(StoreError::NotFound)?;
        Ok(stored.value)
    }

    async fn change(&self, change: impl Fn(&mut OutboxOf) + Send + Sync) -> Result<(), StoreError> {
        let transition = |old: &OutboxOf| {
            let mut new = old.clone();
            change(&mut new);
            Ok::<_, StoreError>(new)
        };
        match self.journal.update_within(ATTEMPTS, &self.organization_id, transition).await {
            Ok(_) => Ok(()),
            Err(UpdateError::Refused(error) | UpdateError::Store(error)) => Err(error),
        }
    }
}
