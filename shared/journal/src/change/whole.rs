//! The records that a new organization and a new administrator consist of.

use countersign_model::{Administrator, Credentials, Deployment, LoginSettings, Organization, RoleBook};

use crate::change::Change;
use crate::outbox::OutboxOf;
use crate::projection::Projection;

impl Change {
    /// Creates an organization: its record, the projection of its journal, an empty outbox, an empty deployment, login
    /// settings without requirements, and an empty role book. None of these is ever created later, so a missing one is
    /// damage.
    #[must_use]
    pub fn create_organization(self, organization: &Organization) -> Self {
        let id = &organization.id;
        self.create(organization)
            .create(&Projection::new(id))
            .create(&OutboxOf::new(id))
            .create(&Deployment::none(id.clone()))
            .create(&LoginSettings::none(id.clone()))
            .create(&RoleBook::empty(id.clone()))
    }

    /// Creates an administrator: their record, and credentials with which nobody can sign in yet.
    #[must_use]
    pub fn create_administrator(self, administrator: &Administrator) -> Self {
        self.create(administrator).create(&Credentials::none(administrator.id.clone()))
    }
}
