//! What deliveries are about: their requests, as far as the reader may list them.

use std::collections::BTreeSet;

use countersign_journal::Journal;
use countersign_journal::readable::load_readable;
use countersign_model::{Actor, Delivery, Request, RequestId, RequestReader};
use countersign_store::{StoreError, Stored};

/// The requests of a page's deliveries that their reader may list.
pub struct Requests(Vec<Request>);

impl Requests {
    /// Each request is read once, all of them in one round.
    pub async fn of(
        journal: &Journal,
        reader: &Actor,
        deliveries: &[Stored<Delivery>],
    ) -> Result<Self, StoreError> {
        let ids: BTreeSet<&str> = deliveries
            .iter()
            .filter_map(|each| each.value.request_id.as_ref())
            .map(RequestId::as_str)
            .collect();
        let ids: Vec<&str> = ids.into_iter().collect();
        let mut found = load_readable::<Request>(journal, &ids).await?;
        let mut reader = RequestReader::new(reader);
        found.retain(|request| reader.may_read(request).list);
        Ok(Self(found))
    }

    /// That of a delivery.
    pub fn get(&self, delivery: &Delivery) -> Option<&Request> {
        let wanted = delivery.request_id.as_ref()?;
        self.0.iter().find(|request| request.id == *wanted)
    }
}
