use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AdministratorId, OrganizationId};

/// The administrator in whose place somebody is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InPlaceOf {
    /// The administrator who is away.
    pub administrator_id: AdministratorId,
    /// Their name at the time.
    pub name: String,
    /// The organization they belong to. Who may not see that organization does not see who is away.
    pub organization_id: OrganizationId,
    /// The administrator who is told.
    pub delegate_id: AdministratorId,
    /// Until when the other is away, as it was set at the time. Unknown of deliveries of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}
