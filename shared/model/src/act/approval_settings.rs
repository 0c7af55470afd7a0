//! The act of changing what an organization asks of requests and decisions.

use serde::{Deserialize, Serialize};

use super::footprint::{Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::approval_settings::ApprovalSettings;
use crate::audit::AuditKind;
use crate::ids::OrganizationId;
use crate::organization::Organization;
use crate::permit::Basis;

/// The approval settings of an organization were replaced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalSettingsEdited {
    /// The organization that it is about.
    pub organization_id: OrganizationId,
    /// The state before.
    pub before: ApprovalSettings,
    /// The state after.
    pub after: ApprovalSettings,
}

impl ApprovalSettingsEdited {
    /// The act, from the organization before and after.
    #[must_use]
    pub fn of(old: &Organization, new: &Organization) -> Self {
        let (before, after) = (old.approval.clone(), new.approval.clone());
        Self { organization_id: new.id.clone(), before, after }
    }
}

impl Happening for ApprovalSettingsEdited {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::ApprovalSettingsEdited, AuditKind::System, &[&self.organization_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right_at(Action::OrganizationsEditGeneral, &self.organization_id)
    }
}
