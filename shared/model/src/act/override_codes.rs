//! Acts about override codes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::footprint::{Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::audit::AuditKind;
use crate::computer::Computer;
use crate::ids::ComputerId;
use crate::permit::Basis;

/// An administrator read the override code of a computer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OverrideCodeRead {
    /// The computer that it is about.
    pub computer_id: ComputerId,
    /// The host name of the computer.
    pub hostname: String,
    /// When the code stops being valid.
    pub valid_until: Timestamp,
}

impl OverrideCodeRead {
    /// The act, for a code that is valid until this moment.
    #[must_use]
    pub fn of(computer: &Computer, valid_until: Timestamp) -> Self {
        Self { computer_id: computer.id.clone(), hostname: computer.hostname.clone(), valid_until }
    }
}

impl Happening for OverrideCodeRead {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::OverrideCodeRead, AuditKind::Both, &[&self.computer_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::OverrideCodesView)
    }
}
