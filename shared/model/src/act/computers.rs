//! Acts about computers: enrolled, moved, confirmed, removed; their maintenance mode.

use serde::{Deserialize, Serialize};

use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::audit::AuditKind;
use crate::computer::{Computer, Maintenance};
use crate::ids::{ComputerId, GroupId};
use crate::list::{List, ListEntry};
use crate::permit::Basis;
use jiff::Timestamp;

/// A computer was enrolled with a key of a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComputerEnrolled {
    /// The computer.
    pub computer_id: ComputerId,
    /// The host name it gave.
    pub hostname: String,
    /// The operating system it named.
    pub os: String,
    /// The group it is in.
    pub group_id: GroupId,
    /// Its host name was taken, and nobody has confirmed it yet.
    pub unconfirmed: bool,
}

impl ComputerEnrolled {
    /// What is enrolled.
    #[must_use]
    pub fn of(new: &Computer) -> Self {
        Self {
            computer_id: new.id.clone(),
            hostname: new.hostname.clone(),
            os: new.os.clone(),
            group_id: new.group_id.clone(),
            unconfirmed: new.unconfirmed,
        }
    }
}

impl Happening for ComputerEnrolled {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::ComputerEnrolled,
            audit: AuditKind::Unified,
            concerns: vec![self.computer_id.to_string(), self.group_id.to_string()],
            lists: vec![ListEntry::new(List::Computers, &self.computer_id)],
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        matches!(basis, Basis::Enrollment(group) if *group == self.group_id)
    }
}

/// A computer checked in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComputerCheckedIn {
    /// The computer.
    pub computer_id: ComputerId,
}

impl Happening for ComputerCheckedIn {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::ComputerCheckedIn,
            audit: AuditKind::Unified,
            concerns: vec![self.computer_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_computer(&self.computer_id)
    }
}

/// What the audit says of a computer that is changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComputerDetail {
    /// The group it is in.
    pub group_id: GroupId,
    /// Whether an administrator has still to confirm it.
    pub unconfirmed: bool,
}

/// A change of a computer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComputerChange {
    /// The computer.
    pub computer_id: ComputerId,
    /// Its host name.
    pub hostname: String,
    /// Before.
    pub before: ComputerDetail,
    /// After.
    pub after: ComputerDetail,
}

impl ComputerChange {
    /// From what it was to what it is.
    #[must_use]
    pub fn of(old: &Computer, new: &Computer) -> Self {
        let detail = |computer: &Computer| ComputerDetail {
            group_id: computer.group_id.clone(),
            unconfirmed: computer.unconfirmed,
        };
        Self {
            computer_id: new.id.clone(),
            hostname: new.hostname.clone(),
            before: detail(old),
            after: detail(new),
        }
    }
}

/// A computer was edited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct ComputerEdited(pub ComputerChange);

impl ComputerEdited {
    /// From what it was to what it is.
    #[must_use]
    pub fn of(old: &Computer, new: &Computer) -> Self {
        Self(ComputerChange::of(old, new))
    }
}

impl Happening for ComputerEdited {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::ComputerEdited,
            audit: AuditKind::System,
            concerns: vec![self.0.computer_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews::NOW,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::ComputersEdit)
    }
}

/// A computer was moved to another group, and perhaps confirmed, too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct ComputerMoved(pub ComputerChange);

impl ComputerMoved {
    /// From what it was to what it is.
    #[must_use]
    pub fn of(old: &Computer, new: &Computer) -> Self {
        Self(ComputerChange::of(old, new))
    }
}

impl Happening for ComputerMoved {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::ComputerMoved,
            audit: AuditKind::System,
            concerns: vec![self.0.computer_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews::NOW,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::ComputersMove)
    }
}

/// A computer whose host name was taken when it enrolled was confirmed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct ComputerConfirmed(pub ComputerChange);

impl ComputerConfirmed {
    /// From what it was to what it is.
    #[must_use]
    pub fn of(old: &Computer, new: &Computer) -> Self {
        Self(ComputerChange::of(old, new))
    }
}

impl Happening for ComputerConfirmed {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::ComputerConfirmed,
            audit: AuditKind::System,
            concerns: vec![self.0.computer_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews::NOW,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::ComputersConfirm)
    }
}

/// What the audit says of a computer that is removed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RemovedComputerDetail {
    /// Its host name.
    pub hostname: String,
    /// The group it was in.
    pub group_id: GroupId,
}

/// A computer was removed; its token no longer counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComputerDeleted {
    /// The computer.
    pub computer_id: ComputerId,
    /// What it was.
    pub before: RemovedComputerDetail,
}

impl ComputerDeleted {
    /// What is removed.
    #[must_use]
    pub fn of(old: &Computer) -> Self {
        let before = RemovedComputerDetail { hostname: old.hostname.clone(), group_id: old.group_id.clone() };
        Self { computer_id: old.id.clone(), before }
    }
}

impl Happening for ComputerDeleted {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::ComputerDeleted,
            audit: AuditKind::System,
            concerns: vec![self.computer_id.to_string()],
            lists: vec![ListEntry::new(List::Computers, &self.computer_id)],
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::ComputersDelete)
    }
}

/// A computer's maintenance mode was set or ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MaintenanceModeSet {
    /// The computer.
    pub computer_id: ComputerId,
    /// Its host name.
    pub hostname: String,
    /// The mode that was in force.
    pub before: Option<Maintenance>,
    /// The mode that is in force.
    pub after: Option<Maintenance>,
}

impl MaintenanceModeSet {
    /// From what was in force to what is.
    #[must_use]
    pub fn of(old: &Computer, after: Option<Maintenance>, now: Timestamp) -> Self {
        Self {
            computer_id: old.id.clone(),
            hostname: old.hostname.clone(),
            before: old.maintenance_at(now).cloned(),
            after,
        }
    }
}

impl Happening for MaintenanceModeSet {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::MaintenanceModeSet,
            audit: AuditKind::Both,
            concerns: vec![self.computer_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews { now: true, at: self.after.as_ref().map(|mode| mode.until) },
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::ComputersSetMaintenanceMode)
    }
}
