//! When administrators signed in last.

use std::collections::BTreeMap;

use countersign_journal::Journal;
use countersign_journal::readable::load_readable;
use countersign_model::{AdministratorId, Credentials};
use countersign_store::{Entity, StoreError};
use jiff::Timestamp;

/// When administrators signed in last, as far as it is known.
pub struct LastSignIns(BTreeMap<AdministratorId, Timestamp>);

impl LastSignIns {
    /// Of these administrators: one read each, in one round.
    pub async fn of(
        journal: &Journal,
        administrators: impl IntoIterator<Item = &AdministratorId>,
    ) -> Result<Self, StoreError> {
        let ids: Vec<String> = administrators.into_iter().map(Credentials::record_id).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let found = load_readable::<Credentials>(journal, &ids).await?.into_iter();
        let known = found.filter_map(|one| Some((one.administrator_id.clone(), one.last_sign_in()?)));
        Ok(Self(known.collect()))
    }

    /// Of one of them.
    pub fn get(&self, administrator: &AdministratorId) -> Option<Timestamp> {
        self.0.get(administrator).copied()
    }
}
