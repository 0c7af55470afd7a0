//! Acts about computers: enrolled, moved, confirmed, removed; their maintenance mode.

use serde::{Deserialize, Serialize};

use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::audit::AuditKind;
use crate::computer::{Computer, Maintenance};
use crate::ids::{ComputerId, EnrollmentKeyId, GroupId};
use crate::list::{List, ListEntry};
use crate::permit::Basis;
use jiff::Timestamp;

/// The sets that contain a computer.
fn listed(id: &ComputerId, hostname: &str, group: &GroupId) -> Vec<ListEntry> {
    vec![ListEntry::new(List::Computers, id), called(id, hostname), grouped(id, group)]
}

/// The set that contains a computer by its group.
fn grouped(id: &ComputerId, group: &GroupId) -> ListEntry {
    ListEntry::within(List::ComputerNames, group.as_str(), id)
}

/// The set that contains a computer by its host name.
pub(super) fn called(id: &ComputerId, hostname: &str) -> ListEntry {
    ListEntry::within(List::ComputerNames, &Computer::hostname_key(hostname), id)
}

/// A computer was enrolled with a key of a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComputerEnrolled {
    /// The computer that it is about.
    pub computer_id: ComputerId,
    /// The host name it reported.
    pub hostname: String,
    /// The operating system it reported.
    pub os: String,
    /// The computer group that it was enrolled into.
    pub group_id: GroupId,
    /// Whether its host name was already taken and no administrator has confirmed it yet.
    pub unconfirmed: bool,
    /// The computer that has its host name; absent if the name was free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin_of: Option<ComputerId>,
    /// The key with which it enrolled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enrollment_key_id: Option<EnrollmentKeyId>,
    /// Whether the answer to its first enrolment was lost: the retry gave it a new token in place of the first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retried: bool,
}

impl ComputerEnrolled {
    /// The act of enrolling it.
    #[must_use]
    pub fn of(new: &Computer) -> Self {
        Self {
            computer_id: new.id.clone(),
            hostname: new.hostname.clone(),
            os: new.os.clone(),
            group_id: new.group_id.clone(),
            unconfirmed: new.unconfirmed,
            twin_of: new.twin_of.clone(),
            enrollment_key_id: new.enrollment_key_id.clone(),
            retried: false,
        }
    }

    /// The act of answering a retry of its enrolment with a new token.
    #[must_use]
    pub fn retried(new: &Computer) -> Self {
        Self { retried: true, ..Self::of(new) }
    }
}

impl Happening for ComputerEnrolled {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::ComputerEnrolled,
            audit: AuditKind::Unified,
            concerns: [self.computer_id.to_string(), self.group_id.to_string()]
                .into_iter()
                .chain(self.enrollment_key_id.as_ref().map(ToString::to_string))
                .collect(),
            lists: listed(&self.computer_id, &self.hostname, &self.group_id),
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
    /// The computer that it is about.
    pub computer_id: ComputerId,
}

impl Happening for ComputerCheckedIn {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::ComputerCheckedIn, AuditKind::Unified, &[&self.computer_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_computer(&self.computer_id)
    }
}

/// The audit's details of a computer that is changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComputerDetail {
    /// The computer group that it is in.
    pub group_id: GroupId,
    /// The name that administrators gave it; absent if it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether an administrator still has to confirm it.
    pub unconfirmed: bool,
}

/// A change of a computer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComputerChange {
    /// The computer that it is about.
    pub computer_id: ComputerId,
    /// The host name of the computer.
    pub hostname: String,
    /// The state before.
    pub before: ComputerDetail,
    /// The state after.
    pub after: ComputerDetail,
}

impl ComputerChange {
    /// The act, from the states before and after.
    #[must_use]
    pub fn of(old: &Computer, new: &Computer) -> Self {
        let detail = |computer: &Computer| ComputerDetail {
            group_id: computer.group_id.clone(),
            name: computer.name.clone(),
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

/// A computer was given another name, or none, beside its host name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct ComputerEdited(pub ComputerChange);

impl ComputerEdited {
    /// The act, from the states before and after.
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

/// A computer was moved to another group, and possibly renamed in the same call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct ComputerMoved(pub ComputerChange);

impl ComputerMoved {
    /// The act, from the states before and after.
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
            lists: [&self.0.before, &self.0.after]
                .map(|detail| grouped(&self.0.computer_id, &detail.group_id))
                .to_vec(),
            notice: None,
            agents: AgentNews::NOW,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::ComputersMove)
    }
}

/// An administrator confirmed a computer that took a host name which already belonged to another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct ComputerConfirmed(pub ComputerChange);

impl ComputerConfirmed {
    /// The act, from the states before and after.
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

/// The audit's details of a computer that is removed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RemovedComputerDetail {
    /// The host name of the computer.
    pub hostname: String,
    /// The computer group that it was in.
    pub group_id: GroupId,
}

/// A computer was removed; its token no longer works.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComputerDeleted {
    /// The computer that it is about.
    pub computer_id: ComputerId,
    /// The state before.
    pub before: RemovedComputerDetail,
}

impl ComputerDeleted {
    /// The act of removing it.
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
            lists: listed(&self.computer_id, &self.before.hostname, &self.before.group_id),
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
    /// The computer that it is about.
    pub computer_id: ComputerId,
    /// The host name of the computer.
    pub hostname: String,
    /// The mode that was in force; null if there was none.
    pub before: Option<Maintenance>,
    /// The mode that is in force; null if there is none.
    pub after: Option<Maintenance>,
}

impl MaintenanceModeSet {
    /// The act, from the modes before and after.
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
