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
    /// Completes what an earlier turn began to pass on. Returns the numbers that need new numbers above. `None`: the processor above has
    /// to say first what became of some.
    pub(crate) async fn finish_forwarding(
        &self,
        organization: &OrganizationId,
        projection: &Projection,
        forwarded: &Option<Forwarding>,
    ) -> Result<Option<Vec<u64>>, StoreError> {
        match &projection.forwarding {
            Some(forwarding) if Some(forwarding) != forwarded.as_ref() => {
                self.forward(organization, forwarding, true).await
            }
            _ => Ok(Some(Vec::new())),
        }
    }

    /// Writes the entries above. Returns the numbers here that need other numbers above, because theirs were abandoned before the entries
    /// were there. `None`: the processor above has abandoned some, and has not said yet whether it found their entries.
    ///
    /// An entry that an earlier attempt wrote stays as it is: it may already be sealed there, and another version of
    /// this program may encode the same event differently.
    pub(crate) async fn forward(
        &self,
        organization: &OrganizationId,
        forwarding: &Forwarding,
        again: bool,
    ) -> Result<Option<Vec<u64>>, StoreError> {
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
        let above = self.projection(&forwarding.to).await?.value;
        let looks = forwarding.numbers.iter().zip(forwarding.first..).map(|(here, there)| {
            let above = &above;
            async move { self.became(organization, *here, there, above).await }
        });
        let mut given_up = Vec::new();
        for (here, became) in forwarding.numbers.iter().zip(try_all(looks).await?) {
            match became {
                Above::Counts => {}
                Above::GivenUp => given_up.push(*here),
                Above::IsLookedFor => return Ok(None),
            }
        }
        Ok(Some(given_up))
    }

    /// What became of an entry above, which is there.
    async fn became(
        &self,
        organization: &OrganizationId,
        here: u64,
        there: u64,
        above: &Projection,
    ) -> Result<Above, StoreError> {
        let place = EventRef { organization_id: above.organization_id.clone(), number: there };
        // Beyond the horizon nothing is abandoned: the entry is there before the processor arrives.
        if there > above.horizon || self.abandoned(&place).await?.is_none() {
            return Ok(Above::Counts);
        }
        if above.gaps.iter().any(|gap| gap.number == there) {
            return Ok(Above::IsLookedFor);
        }
        let event = match self.stored_event(organization, here).await {
            Ok(Some(event)) => event.id,
            // There is nothing to pass on.
            Ok(None) | Err(StoreError::Corrupt { .. }) => return Ok(Above::Counts),
            Err(error) => return Err(error),
        };
        let counts = above.late.contains(&event)
            || self.kv().get(&keys::found_late(&above.organization_id, &event)).await?.is_some();
        Ok(if counts { Above::Counts } else { Above::GivenUp })
    }
}

/// What became of an entry above.
enum Above {
    /// It counts, or will.
    Counts,
    /// Its number was abandoned before it was there.
    GivenUp,
    /// Its number was abandoned, and the processor has not said yet whether it found the entry.
    IsLookedFor,
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
