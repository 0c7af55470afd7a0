//! Processing that only fills the lists.
use async_trait::async_trait;
use countersign_journal::{Consequences, Effects, Event, IndexEntry};
use countersign_model::OrganizationId;
use countersign_store::StoreError;

use super::World;

/// Nobody is notified; every id belongs to its set.
struct Plain;

#[async_trait]
impl Effects for Plain {
    async fn belongs(&self, _: &OrganizationId, _: &IndexEntry) -> Result<bool, StoreError> {
        Ok(true)
    }

    async fn event(&self, _: &Event) -> Result<Consequences, StoreError> {
        Ok(Consequences::default())
    }
}

impl World {
    /// Processes the events of an organization into lists, and nothing else: records that were deleted stay listed.
    pub async fn fill_lists(&self, organization: &OrganizationId) {
        while self.journal.process(organization, &Plain).await.unwrap().more {}
    }
}
