//! The part of a journal that is not processed yet: what a list shows on top of its blocks.

use std::collections::BTreeSet;

use countersign_model::ids::OrganizationId;
use futures::future::try_join_all;

use crate::Journal;
use crate::event::Event;
use crate::journal::Entry;
use crate::projection::Projection;
use countersign_store::EventRef;
use countersign_store::StoreError;

/// How many numbers a reader looks at beyond the horizon; with more, the newest wait for processing.
const TAIL: u64 = 200;

/// What was found under a number of a journal.
pub(crate) enum Found {
    Nothing,
    /// An event, and whether it counts.
    Event(Box<Entry>, bool),
}

impl Journal {
    /// What is under numbers of a journal, all looked at together: one round for the entries, one for their targets.
    pub(crate) async fn look_at(
        &self,
        organization: &OrganizationId,
        numbers: impl Iterator<Item = u64>,
    ) -> Result<Vec<Found>, StoreError> {
        try_join_all(numbers.map(|number| self.look(organization, number))).await
    }

    async fn look(&self, organization: &OrganizationId, number: u64) -> Result<Found, StoreError> {
        let Some(entry) = self.entry(organization, number).await? else { return Ok(Found::Nothing) };
        let place = EventRef { organization_id: organization.clone(), number };
        let counts = self.committed(&place, &entry.event.commit).await?;
        Ok(Found::Event(Box::new(entry), counts))
    }

    /// The events that are not processed yet, newest first, whether or not they count: see [`Journal::uncounted`].
    pub(crate) async fn tail(
        &self,
        projection: &Projection,
        last: u64,
        organization: &OrganizationId,
    ) -> Result<Vec<Event>, StoreError> {
        let newest = last.min(projection.horizon.saturating_add(TAIL));
        let open = projection.open.iter().map(|open| open.number);
        let mut numbers: Vec<u64> = open.chain(projection.horizon + 1..=newest).collect();
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        let found =
            try_join_all(numbers.into_iter().map(|number| self.event_in(organization, number))).await?;
        Ok(found.into_iter().flatten().filter(|event| !projection.late.contains(&event.id)).collect())
    }

    /// The numbers of those events that do not count.
    pub(crate) async fn uncounted(
        &self,
        organization: &OrganizationId,
        events: &[Event],
    ) -> Result<BTreeSet<u64>, StoreError> {
        let counts = events.iter().map(|event| async move {
            let place = EventRef { organization_id: organization.clone(), number: event.number };
            let counts = self.committed(&place, &event.commit).await?;
            Ok::<_, StoreError>((!counts).then_some(event.number))
        });
        Ok(try_join_all(counts).await?.into_iter().flatten().collect())
    }
}
