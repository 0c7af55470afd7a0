//! Passing events on to the journal of the organization above.
//!
//! The numbers there are taken first and committed in the projection here, so whoever writes the entries, and however often,
//! writes the same ones to the same places.

use countersign_kv::under_way::try_all;
use countersign_model::ids::OrganizationId;

use crate::Journal;
use crate::event::{Commit, Event};
use crate::projection::{Forwarding, Projection};
use countersign_store::record::encode;
use countersign_store::{Abandoned, EventRef};
use countersign_store::{StoreError, keys};

impl Journal {
    /// Completes what an earlier turn began to pass on. Returns the numbers that need new places.
    pub(crate) async fn finish_forwarding(
        &self,
        organization: &OrganizationId,
        projection: &Projection,
        forwarded: &Option<Forwarding>,
    ) -> Result<Vec<u64>, StoreError> {
        match &projection.forwarding {
            Some(forwarding) if Some(forwarding) != forwarded.as_ref() => {
                self.forward(organization, forwarding, true).await
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Writes the entries above. Returns the numbers here whose places there were given up meanwhile.
    ///
    /// An entry that an earlier attempt wrote stays as it is: it may be sealed there already, and another version of this
    /// program may word the same event otherwise.
    pub(crate) async fn forward(
        &self,
        organization: &OrganizationId,
        forwarding: &Forwarding,
        again: bool,
    ) -> Result<Vec<u64>, StoreError> {
        let entries = forwarding.numbers.iter().zip(forwarding.first..).map(|(here, there)| async move {
            let key = keys::entry(&forwarding.to, there);
            if again && self.kv().get(&key).await?.is_some() {
                return Ok(None);
            }
            let event = match self.event_in(organization, *here).await {
                Ok(Some(event)) => event,
                // It is gone or damaged here; the processor above need not wait for it.
                Ok(None) | Err(StoreError::Corrupt { .. }) => {
                    let place = EventRef { organization_id: forwarding.to.clone(), number: there };
                    return Ok(Some(place.abandonment(Abandoned::ByWriter)));
                }
                Err(error) => return Err(error),
            };
            let value = encode(&key, &passed_on(event, organization, there))?;
            Ok::<_, StoreError>(Some((key, value)))
        });
        let entries = try_all(entries).await?;
        self.write_parts(entries.into_iter().flatten().collect()).await?;
        self.given_up(forwarding).await
    }

    async fn given_up(&self, forwarding: &Forwarding) -> Result<Vec<u64>, StoreError> {
        let horizon = self.projection(&forwarding.to).await?.value.horizon;
        let looks = forwarding.numbers.iter().zip(forwarding.first..).map(|(here, there)| async move {
            let place = EventRef { organization_id: forwarding.to.clone(), number: there };
            // Beyond the horizon nothing is given up: the entry stands there before the processor comes.
            let gone = there <= horizon && self.abandoned(&place).await?.is_some();
            Ok::<_, StoreError>(gone.then_some(*here))
        });
        Ok(try_all(looks).await?.into_iter().flatten().collect())
    }
}

/// An event as it stands in the journal above: it counts by being there.
fn passed_on(event: Event, from: &OrganizationId, number: u64) -> Event {
    let origin = EventRef { organization_id: from.clone(), number: event.number };
    Event {
        number,
        commit: Commit::Created,
        idempotency: None,
        created: Vec::new(),
        propagated_from: event.propagated_from.or(Some(origin)),
        ..event
    }
}
