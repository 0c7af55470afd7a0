//! Forwarding: passing events on to the journal of the organization above.
//!
//! The numbers above are taken first and committed in the projection here. So every processor that writes the entries,
//! however often, writes the same entries under the same numbers.

use countersign_kv::under_way::try_all;
use countersign_model::ids::OrganizationId;
use countersign_model::{Act, StoredAct};

use crate::Journal;
use crate::event::{Commit, Event};
use crate::projection::{Forwarding, Projection};
use countersign_store::record::encode;
use countersign_store::{Abandoned, EventRef};
use countersign_store::{StoreError, keys};

impl Journal {
    /// Completes what an earlier turn began to pass on. Returns the numbers that need new numbers above.
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

    /// Writes the entries above. Returns the numbers here whose numbers above were abandoned meanwhile.
    ///
    /// An entry that an earlier attempt wrote stays as it is: it may already be sealed there, and another version of
    /// this program may encode the same event differently.
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
            let event = match self.stored_event(organization, *here).await {
                Ok(Some(event)) if Act::read(&event.act).is_ok() => event,
                // It is missing or damaged here, so the processor above need not wait for it.
                Ok(_) | Err(StoreError::Corrupt { .. }) => {
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
            // Beyond the horizon nothing is abandoned: the entry is there before the processor arrives.
            let gone = there <= horizon && self.abandoned(&place).await?.is_some();
            Ok::<_, StoreError>(gone.then_some(*here))
        });
        Ok(try_all(looks).await?.into_iter().flatten().collect())
    }
}

/// An event for the journal above, where it counts because it is there. Its act is passed on as it was written.
fn passed_on(event: Event<StoredAct>, from: &OrganizationId, number: u64) -> Event<StoredAct> {
    let origin = EventRef { organization_id: from.clone(), number: event.number };
    Event {
        number,
        commit: Commit::Created,
        idempotency: None,
        created: Vec::new(),
        propagated_from: event.propagated_from.or(Some(origin)),
        via: Some(from.clone()),
        ..event
    }
}
