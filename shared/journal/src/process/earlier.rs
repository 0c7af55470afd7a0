//! Adds the requests of a turn to the lists of requests that have something in common. Adding is idempotent and does not depend
//! on the order, so a turn that is made again does no harm.

use std::collections::BTreeMap;

use countersign_kv::under_way::try_all;
use countersign_model::{EarlierRequests, Likeness, Request, RequestId};
use countersign_store::{StoreError, earlier_entry, earlier_key};

use crate::Journal;
use crate::process::Consequences;

/// A request to be added to a list.
#[derive(Debug, Clone)]
pub(crate) struct Remembered {
    key: String,
    id: RequestId,
    decided: bool,
}

impl Consequences {
    /// A request was made, or decided: requests that have something in common with it show it from now on.
    pub fn remember(&mut self, request: &Request) {
        let decision = request.decision.as_ref();
        // The decision about a file is that of the request that was decided. Those that it settled along would push out others.
        let along = decision.is_some_and(|decision| decision.settled_by.is_some());
        for (likeness, text) in request.likenesses() {
            let decided =
                decision.is_some() && !(along && matches!(likeness, Likeness::File | Likeness::Publisher));
            let key = earlier_key(&request.organization_id, likeness, &text);
            self.remembered.push(Remembered { key, id: request.id.clone(), decided });
        }
    }
}

impl Journal {
    /// The lists that change by a turn: one read for each, in one round.
    pub(crate) async fn earlier_entries(
        &self,
        consequences: &[Consequences],
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let mut by_key: BTreeMap<&str, Vec<&Remembered>> = BTreeMap::new();
        for each in consequences.iter().flat_map(|each| &each.remembered) {
            by_key.entry(&each.key).or_default().push(each);
        }
        let lists: Vec<EarlierRequests> = try_all(by_key.keys().map(|key| self.earlier_at(key))).await?;
        let mut entries = Vec::new();
        for ((key, added), before) in by_key.into_iter().zip(lists) {
            let mut after = before.clone();
            added.iter().for_each(|each| after.add(&each.id, each.decided));
            if after != before {
                entries.push(earlier_entry(key.to_owned(), &after)?);
            }
        }
        Ok(entries)
    }
}
