//! Records in answers, with the names that people know them by.
use countersign_model::{AdministratorId, Organization, OrganizationId};
use serde::Serialize;
use utoipa::ToSchema;

/// An organization with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrganizationName {
    /// The id of the organization.
    pub id: OrganizationId,
    /// The name of the organization.
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
    /// The id of the administrator.
    pub id: AdministratorId,
    /// The name that the administrator had at the time.
    pub name: String,
}
