//! Which deliveries report an event: noted with them in the batch of a turn, so that an event's reader finds them without
//! searching the log of all deliveries.

use countersign_store::record::{decode, encode};
use countersign_store::{EventRef, StoreError, keys};
use serde::{Deserialize, Serialize};

use crate::Journal;
use crate::process::Consequences;

/// How many are named. The log of deliveries has all.
const NAMED: usize = 1_000;

/// The deliveries that report an event, in any state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveriesOf {
    /// Their ids.
    // INVARIANT: at most NAMED.
    pub deliveries: Vec<String>,
    /// How many more there are.
    #[serde(default)]
    pub more: usize,
}

impl DeliveriesOf {
    fn new(ids: &[String]) -> Self {
        let deliveries: Vec<_> = ids.iter().take(NAMED).cloned().collect();
        Self { more: ids.len().saturating_sub(deliveries.len()), deliveries }
    }
}

/// The entry that notes what an event led to; `None` if nothing is listed. A turn that is made again writes it again.
pub(crate) fn told_entry(consequences: &Consequences) -> Result<Option<(String, Vec<u8>)>, StoreError> {
    let Some(event) = consequences.of.as_ref().filter(|_| !consequences.listed.is_empty()) else {
        return Ok(None);
    };
    let key = keys::told(&event.organization_id, event.number);
    let value = encode(&key, &DeliveriesOf::new(&consequences.listed))?;
    Ok(Some((key, value)))
}

impl Journal {
    /// The deliveries that report an event, once it is processed. Of events that earlier versions processed, none are known.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn deliveries_of(&self, event: &EventRef) -> Result<DeliveriesOf, StoreError> {
        let key = keys::told(&event.organization_id, event.number);
        let bytes = self.kv().get(&key).await?;
        Ok(bytes.and_then(|bytes| decode(&key, &bytes).ok()).unwrap_or_default())
    }
}
