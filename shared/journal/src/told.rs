//! Which deliveries report an event: noted with them, so that an event's reader finds them without
//! searching the log of all deliveries.

use std::collections::BTreeSet;

use countersign_store::record::decode;
use countersign_store::{EventRef, StoreError, keys};
use serde::{Deserialize, Serialize};

use crate::Journal;

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
    /// These and more, each once. Planning may repeat itself, so those above the bound are not counted together.
    pub(crate) fn with(self, more: impl Iterator<Item = String>) -> Self {
        let mut deliveries = self.deliveries;
        let known: BTreeSet<String> = deliveries.iter().cloned().collect();
        deliveries.extend(more.filter(|id| !known.contains(id)));
        let more = deliveries.len().saturating_sub(NAMED).max(self.more);
        deliveries.truncate(NAMED);
        Self { deliveries, more }
    }
}

impl Journal {
    /// The deliveries that report an event, once its notice is expanded.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn deliveries_of(&self, event: &EventRef) -> Result<DeliveriesOf, StoreError> {
        let key = keys::told(&event.organization_id, event.number);
        let bytes = self.kv().get(&key).await?;
        Ok(bytes.and_then(|bytes| decode(&key, &bytes).ok()).unwrap_or_default())
    }
}
