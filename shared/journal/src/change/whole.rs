//! The records that a new organization and a new administrator consist of.

use countersign_model::{Administrator, Credentials, Deployment, LoginSettings, Organization, RoleBook};

use crate::change::Change;
use crate::projection::Projection;
use crate::queue::{Kind, QueueOf};

impl Change {
    /// Creates an organization: its record, the projection of its journal, empty queues, an empty deployment, login
    /// settings without requirements, and an empty role book. None of these is ever created later, so a missing one is
    /// damage. The root has the queues of organizations where messages failed, too.
    #[must_use]
    pub fn create_organization(self, organization: &Organization) -> Self {
        let id = &organization.id;
        let unsent = if organization.parent_id.is_none() { Kind::UNSENT.as_slice() } else { &[] };
        let change = self
            .create(organization)
            .create(&Projection::new(id))
            .create(&QueueOf::new(Kind::Deliveries, id))
            .create(&QueueOf::new(Kind::Notices, id))
            .create(&Deployment::none(id.clone()))
            .create(&LoginSettings::none(id.clone()))
            .create(&RoleBook::empty(id.clone()));
        unsent.iter().fold(change, |change, kind| change.create(&QueueOf::new(*kind, id)))
    }

    /// Creates an administrator: their record, and credentials with which nobody can sign in yet.
    #[must_use]
    pub fn create_administrator(self, administrator: &Administrator) -> Self {
        self.create(administrator).create(&Credentials::none(administrator.id.clone()))
    }
}
