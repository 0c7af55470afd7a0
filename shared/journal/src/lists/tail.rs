//! The tail: the part of a journal that is not processed yet, which a list shows on top of its blocks.

use countersign_kv::under_way::try_all;
use std::collections::BTreeSet;

use countersign_model::ids::OrganizationId;
use countersign_model::{ReadableList, StoredAct};

use crate::Journal;
use crate::event::{Commit, Event, Fresh};
use crate::journal::JournalEntry;
use crate::projection::Projection;
use countersign_store::EventRef;
use countersign_store::record::decode;
use countersign_store::{StoreError, keys};

/// How many numbers beyond the horizon a reader examines. With more, the newest wait for processing.
const TAIL: u64 = 200;

/// What was found under a number of a journal.
pub(crate) enum FoundEntry {
    Nothing,
    /// An event, and whether it counts. If its target is unreadable, it is not found to count.
    Event(Box<JournalEntry>, bool),
    /// Bytes that are not an event; their digest.
    Unreadable(String),
}

impl Journal {
    /// Reads several numbers of a journal concurrently: one round for the entries, one for their targets.
    pub(crate) async fn look_at(
        &self,
        organization: &OrganizationId,
        numbers: impl Iterator<Item = u64>,
    ) -> Result<Vec<FoundEntry>, StoreError> {
        try_all(numbers.map(|number| self.look(organization, number))).await
    }

    async fn look(&self, organization: &OrganizationId, number: u64) -> Result<FoundEntry, StoreError> {
        let key = keys::entry(organization, number);
        let Some(bytes) = self.kv().get(&key).await? else { return Ok(FoundEntry::Nothing) };
        let digest = keys::sha256(&bytes);
        let Ok(event) = Event::decode(&key, &bytes) else { return Ok(FoundEntry::Unreadable(digest)) };
        let place = EventRef { organization_id: organization.clone(), number };
        let counts = self.shows(&place, &event.commit).await?;
        Ok(FoundEntry::Event(Box::new(JournalEntry { number, event, digest }), counts))
    }

    /// The events that are not processed yet and update this list, newest first, whether or not they count: see
    /// [`Journal::uncounted`].
    pub(crate) async fn tail(
        &self,
        projection: &Projection,
        last: u64,
        list: ReadableList,
    ) -> Result<Vec<Fresh>, StoreError> {
        let newest = last.min(projection.horizon.saturating_add(TAIL));
        let gaps = projection.gaps.iter().map(|gap| gap.number);
        let mut numbers: Vec<u64> = gaps.chain(projection.horizon + 1..=newest).collect();
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        let reads = numbers.into_iter().map(|number| async move {
            match self.stored_event(&projection.organization_id, number).await {
                // An unreadable entry is not shown; it hides nothing else.
                Err(StoreError::Corrupt { .. }) => Ok::<_, StoreError>(None),
                read => Ok(read?.and_then(|event| {
                    let keys = event.keys_in(list);
                    (!keys.is_empty() && !projection.late.contains(&event.id)).then_some(Fresh {
                        number: event.number,
                        keys,
                        commit: event.commit,
                    })
                })),
            }
        });
        Ok(try_all(reads).await?.into_iter().flatten().collect())
    }

    /// The event under a number, its act not parsed.
    pub(crate) async fn stored_event(
        &self,
        organization: &OrganizationId,
        number: u64,
    ) -> Result<Option<Event<StoredAct>>, StoreError> {
        let key = keys::entry(organization, number);
        self.kv().get(&key).await?.map(|bytes| decode(&key, &bytes)).transpose()
    }

    /// The numbers of those events that do not count.
    pub(crate) async fn uncounted(
        &self,
        organization: &OrganizationId,
        events: &[Fresh],
    ) -> Result<BTreeSet<u64>, StoreError> {
        let counts = events.iter().map(|event| async move {
            let place = EventRef { organization_id: organization.clone(), number: event.number };
            let counts = self.shows(&place, &event.commit).await?;
            Ok::<_, StoreError>((!counts).then_some(event.number))
        });
        Ok(try_all(counts).await?.into_iter().flatten().collect())
    }

    /// Whether the target of a commit shows that it counts; false while the target is unreadable.
    async fn shows(&self, place: &EventRef, commit: &Commit) -> Result<bool, StoreError> {
        match self.committed(place, commit).await {
            Err(StoreError::Corrupt { .. }) => Ok(false),
            shown => shown,
        }
    }
}
