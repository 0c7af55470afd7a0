//! Records in answers, with the names that people know them by.
use countersign_model::{AdministratorId, Organization, OrganizationId};
use serde::Serialize;
use utoipa::ToSchema;

/// An organization with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrganizationName {
    /// The organization.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
}

impl From<&Organization> for OrganizationName {
    fn from(organization: &Organization) -> Self {
        Self { id: organization.id.clone(), name: organization.name.clone() }
    }
}

/// An administrator, with the name they had at the time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AdministratorName {
    /// The administrator.
    pub id: AdministratorId,
    /// The name.
    pub name: String,
}
