//! The act of changing how an organization shows itself.

use serde::{Deserialize, Serialize};

use super::footprint::{Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::audit::AuditKind;
use crate::branding::Branding;
use crate::ids::OrganizationId;
use crate::organization::Organization;
use crate::permit::Basis;

/// An organization shows itself otherwise in messages and in the console.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BrandingEdited {
    /// The organization that it is about.
    pub organization_id: OrganizationId,
    /// The state before.
    pub before: Branding,
    /// The state after.
    pub after: Branding,
}

impl BrandingEdited {
    /// The act, from the states before and after.
    #[must_use]
    pub fn of(old: &Organization, new: &Organization) -> Self {
        let (before, after) = (old.branding.clone(), new.branding.clone());
        Self { organization_id: new.id.clone(), before, after }
    }
}

impl Happening for BrandingEdited {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::BrandingEdited, AuditKind::System, &[&self.organization_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right_at(Action::OrganizationsEditBranding, &self.organization_id)
    }
}
