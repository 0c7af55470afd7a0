//! Acts of whoever runs the deployment, by a command on the machine.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::footprint::{Footprint, Happening};
use super::name::ActName;
use crate::audit::AuditKind;
use crate::ids::{AdministratorId, OrganizationId};
use crate::permit::Basis;

/// The store was restored from a backup. What happened after the backup was made is in no audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoreRestored {
    /// The organization that it is about.
    pub organization_id: OrganizationId,
    /// When the backup was made; absent if the operator restored by means of the backend and did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_made_at: Option<Timestamp>,
    /// The SHA-256 of the backup's file; absent if the operator restored by means of the backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_sha256: Option<String>,
    /// How many rows the organization's chain had in the backup.
    pub chain_count: u64,
    /// The seal of the newest of these rows; empty if there was none.
    pub chain_head: String,
}

impl Happening for StoreRestored {
    fn footprint(&self) -> Footprint {
        // Agents start over anyway, because the store has another epoch.
        Footprint::recorded(ActName::StoreRestored, AuditKind::System, &[&self.organization_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        *basis == Basis::Operator
    }
}

/// An administrator who could not sign in any more got a link for a new password. One-time codes were removed if there were some, and
/// every session and API token has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdministratorRecovered {
    /// The administrator.
    pub administrator_id: AdministratorId,
    /// Their name.
    pub name: String,
}

impl Happening for AdministratorRecovered {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::AdministratorRecovered, AuditKind::System, &[&self.administrator_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        *basis == Basis::Operator
    }
}
