//! Acts of a computer's agent about its computer: it has another host name, or is one of several clones.

use serde::{Deserialize, Serialize};

use super::computers::called;
use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::audit::AuditKind;
use crate::computer::Computer;
use crate::ids::ComputerId;
use crate::permit::Basis;

/// The audit's details of a computer's host name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostnameDetail {
    /// The host name of the computer.
    pub hostname: String,
    /// Whether an administrator still has to confirm it.
    pub unconfirmed: bool,
    /// The computer that has its host name; absent if it is confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin_of: Option<ComputerId>,
}

impl From<&Computer> for HostnameDetail {
    fn from(computer: &Computer) -> Self {
        let Computer { hostname, unconfirmed, twin_of, .. } = computer.clone();
        Self { hostname, unconfirmed, twin_of }
    }
}

/// A computer's agent told that it has another host name. If another computer has that name, it is unconfirmed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComputerRenamed {
    /// The computer that it is about.
    pub computer_id: ComputerId,
    /// The state before.
    pub before: HostnameDetail,
    /// The state after.
    pub after: HostnameDetail,
}

impl ComputerRenamed {
    /// The act, from the states before and after.
    #[must_use]
    pub fn of(old: &Computer, new: &Computer) -> Self {
        Self { computer_id: new.id.clone(), before: old.into(), after: new.into() }
    }
}

impl Happening for ComputerRenamed {
    fn footprint(&self) -> Footprint {
        let id = &self.computer_id;
        Footprint {
            name: ActName::ComputerRenamed,
            audit: AuditKind::Unified,
            concerns: vec![id.to_string()],
            lists: vec![called(id, &self.before.hostname), called(id, &self.after.hostname)],
            notice: None,
            agents: AgentNews::NOW,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_computer(&self.computer_id)
    }
}

/// Several agents used a computer's token at the same time: they are clones of one image. The token no longer works.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComputerCloned {
    /// The computer that it is about.
    pub computer_id: ComputerId,
    /// The host name of the computer.
    pub hostname: String,
}

impl ComputerCloned {
    /// The act, for this computer.
    #[must_use]
    pub fn of(computer: &Computer) -> Self {
        Self { computer_id: computer.id.clone(), hostname: computer.hostname.clone() }
    }
}

impl Happening for ComputerCloned {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::ComputerCloned,
            audit: AuditKind::Unified,
            concerns: vec![self.computer_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews::NOW,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_computer(&self.computer_id)
    }
}
