//! Events: one entry of a journal carries everything about one act.

use countersign_model::ids::{EventId, OrganizationId};
use countersign_model::{Act, Footprint, List, ListEntry, ReadableList, StoredAct, Who};
use countersign_store::record::decode;
use countersign_store::{EventRef, StoreError, keys};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many hexadecimal digits of a partition's digest precede an id.
const PARTITION: usize = 32;

/// The commit of an event: where to find that it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Commit {
    /// It counts because it is there: its batch was the whole change.
    Created,
    /// It counts once the record carries the write id.
    Record {
        /// The record's id.
        id: String,
        /// The write id.
        write: String,
    },
    /// It counts once the slot holds the number.
    Slot {
        /// The digest of the slot's name.
        slot: String,
        /// The number.
        number: u64,
    },
}

/// One act as stored in a journal. What it concerns, the lists it belongs to and who must be notified are derived from
/// the act: [`Event::footprint`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event<A = Act> {
    /// Its id, the same in every journal that it is passed on to.
    pub id: EventId,
    /// The organization where it happened.
    pub organization_id: OrganizationId,
    /// Its number in the journal that it was read from.
    pub number: u64,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub who: Who,
    /// The client's address.
    pub address: Option<String>,
    /// The act, with its details.
    pub act: A,
    /// Where to find that it counts.
    pub commit: Commit,
    /// The digest of its idempotency key.
    pub idempotency: Option<String>,
    /// The record ids of the records written with it. They are removed if the event comes to nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub created: Vec<String>,
    /// In the journals above: where it was first written.
    pub propagated_from: Option<EventRef>,
    /// In the journals above: the organization directly below that passed it on. Earlier versions did not write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<OrganizationId>,
}

impl Event {
    /// The event in the bytes under a key. There is one reader of events, whose act is read afterwards: two are 10 KB of a component.
    pub(crate) fn decode(key: &str, bytes: &[u8]) -> Result<Self, StoreError> {
        decode::<Event<StoredAct>>(key, bytes)?.read(key)
    }

    /// Everything that is derived from the act.
    #[must_use]
    pub fn footprint(&self) -> Footprint {
        self.act.footprint()
    }

    /// The audit's details beyond who, where and when, as JSON.
    #[must_use]
    pub fn detail(&self) -> Value {
        let act = serde_json::to_value(&self.act).unwrap_or_default();
        act.get("detail").cloned().unwrap_or_default()
    }

    /// The entries it makes in the lists of this journal's organization, including the audits.
    pub(crate) fn entries(&self) -> Vec<IndexEntry> {
        let here = self.propagated_from.is_none();
        let entries = self.footprint().entries(&self.id).into_iter();
        entries.filter(|entry| here || entry.list.counts_above()).map(IndexEntry::from).collect()
    }
}

impl Event<StoredAct> {
    /// The event with its act read.
    pub(crate) fn read(self, key: &str) -> Result<Event, StoreError> {
        let act = Act::read(&self.act).map_err(|_| StoreError::corrupt(key))?;
        Ok(self.with(act))
    }

    /// The event with its act read; `None` if nobody hears of such acts.
    pub(crate) fn read_if_told(self, key: &str) -> Result<Option<Event>, StoreError> {
        let act = Act::read_if_told(&self.act).map_err(|_| StoreError::corrupt(key))?;
        Ok(act.map(|act| self.with(act)))
    }

    fn with(self, act: Act) -> Event {
        let Self { id, organization_id, number, at, who, address, commit, .. } = self;
        let Self { idempotency, created, propagated_from, via, .. } = self;
        Event {
            id,
            organization_id,
            number,
            at,
            who,
            address,
            act,
            commit,
            idempotency,
            created,
            propagated_from,
            via,
        }
    }

    /// The keys of the entries it makes in one list; none if its details cannot be read.
    pub(crate) fn keys_in(&self, list: ReadableList) -> Vec<String> {
        if self.propagated_from.is_some() && !list.list.counts_above() {
            return Vec::new();
        }
        let entries = list.entries(&self.act, &self.id).unwrap_or_default();
        entries.into_iter().map(|entry| IndexEntry::from(entry).key).collect()
    }
}

/// What an event that is not processed yet changes in a list.
pub(crate) struct Fresh {
    pub(crate) number: u64,
    /// The keys of the entries that it updates.
    pub(crate) keys: Vec<String>,
    /// Where to find that it counts.
    pub(crate) commit: Commit,
}

/// An entry that an event makes in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IndexEntry {
    /// The list.
    pub list: List,
    /// The sort key in the list: the id, preceded by the digest of its partition if the list is partitioned.
    pub(crate) key: String,
    /// The listed id.
    pub id: String,
}

impl IndexEntry {
    /// Whether it is in a partition of its list.
    #[must_use]
    pub fn is_within(&self, partition: &str) -> bool {
        self.key.starts_with(&partition_prefix(partition))
    }
}

impl From<ListEntry> for IndexEntry {
    fn from(entry: ListEntry) -> Self {
        let key = match &entry.partition {
            Some(partition) => format!("{}{}", partition_prefix(partition), entry.id),
            None => entry.id.clone(),
        };
        Self { list: entry.list, key, id: entry.id }
    }
}

/// The prefix of the keys of a partition.
pub(crate) fn partition_prefix(partition: &str) -> String {
    let digest = keys::sha256(partition.as_bytes());
    format!("{}/", digest.get(..PARTITION).unwrap_or(&digest))
}
