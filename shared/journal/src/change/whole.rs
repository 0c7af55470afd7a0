//! The records that a new organization, a new administrator and a new flag of a file consist of.

use countersign_model::{
    Administrator, Credentials, Deployment, FileFlag, LoginSettings, Organization, RoleBook,
};
use countersign_store::flag_marks;

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

    /// Creates the flag of a file: its record, and the marks by which a list of requests knows where files were flagged.
    /// INVARIANT: the marks are written before the flag is in force.
    #[must_use]
    pub fn create_flag(self, flag: &FileFlag) -> Self {
        let marks = flag_marks(&flag.organization_id).into_iter();
        marks.fold(self.create(flag), |change, (key, value)| change.raw(key, value))
    }
}
