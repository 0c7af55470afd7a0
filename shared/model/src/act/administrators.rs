//! Acts about administrators: edited, disabled, deleted.

use serde::{Deserialize, Serialize};

use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use super::roles::{AssignmentDetail, assigned};
use crate::action::Action;
use crate::administrator::{Administrator, AdministratorState};
use crate::audit::AuditKind;
use crate::delivery::Channel;
use crate::ids::AdministratorId;
use crate::language::Language;
use crate::list::{List, ListEntry};
use crate::permission::Permission;
use crate::permit::Basis;
use crate::text::{EmailAddress, PhoneNumber, TimeZoneName};

/// The state of an account, before or after a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StateDetail {
    /// The state of the account.
    pub state: AdministratorState,
}

/// The audit's details of an account that is edited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountDetail {
    /// The name of the administrator.
    pub name: String,
    /// The number for text messages; null if there is none.
    pub phone: Option<PhoneNumber>,
    /// Whether they are notified of every request that they may open.
    pub notify_on_request: bool,
    /// Whether they hear who handled a request that they were told of, if that is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_on_handled: Option<bool>,
    /// The channels for notifications.
    pub channels: Vec<Channel>,
    /// The language of messages, if one is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The time zone of messages, if one is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZoneName>,
}

impl From<&Administrator> for AccountDetail {
    fn from(administrator: &Administrator) -> Self {
        Self {
            name: administrator.name.clone(),
            phone: administrator.phone.clone(),
            notify_on_request: administrator.notify_on_request,
            notify_on_handled: administrator.notify_on_handled,
            channels: administrator.channels.clone(),
            language: administrator.reading.language,
            time_zone: administrator.reading.time_zone.clone(),
        }
    }
}

/// An administrator's details were edited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdministratorEdited {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// The state before.
    pub before: AccountDetail,
    /// The state after.
    pub after: AccountDetail,
}

impl AdministratorEdited {
    /// The act, from the states before and after.
    #[must_use]
    pub fn of(old: &Administrator, new: &Administrator) -> Self {
        Self { administrator_id: new.id.clone(), before: old.into(), after: new.into() }
    }

    /// Whether nothing but the name differs. Everybody may change their own.
    fn is_of_the_name_alone(&self) -> bool {
        AccountDetail { name: self.after.name.clone(), ..self.before.clone() } == self.after
    }
}

impl Happening for AdministratorEdited {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::AdministratorEdited,
            audit: AuditKind::System,
            concerns: vec![self.administrator_id.to_string()],
            lists: vec![ListEntry::new(List::Subscribers, &self.administrator_id)],
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        let own_name = || basis.is_oneself(&self.administrator_id) && self.is_of_the_name_alone();
        basis.is_right(Action::AdministratorsEdit) || own_name()
    }
}

/// An account was disabled: it cannot sign in and its sessions end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdministratorDisabled {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// The state before.
    pub before: StateDetail,
    /// The state after.
    pub after: StateDetail,
}

impl AdministratorDisabled {
    /// The act, from the states before and after.
    #[must_use]
    pub fn of(old: &Administrator, new: &Administrator) -> Self {
        Self {
            administrator_id: new.id.clone(),
            before: StateDetail { state: old.state },
            after: StateDetail { state: new.state },
        }
    }
}

impl Happening for AdministratorDisabled {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::AdministratorDisabled,
            audit: AuditKind::System,
            concerns: vec![self.administrator_id.to_string()],
            lists: vec![
                ListEntry::new(List::Administrators, &self.administrator_id),
                ListEntry::new(List::Subscribers, &self.administrator_id),
            ],
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::AdministratorsDisable)
    }
}

/// An account was enabled again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdministratorEnabled {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// The state before.
    pub before: StateDetail,
    /// The state after.
    pub after: StateDetail,
}

impl AdministratorEnabled {
    /// The act, from the states before and after.
    #[must_use]
    pub fn of(old: &Administrator, new: &Administrator) -> Self {
        Self {
            administrator_id: new.id.clone(),
            before: StateDetail { state: old.state },
            after: StateDetail { state: new.state },
        }
    }
}

impl Happening for AdministratorEnabled {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::AdministratorEnabled,
            audit: AuditKind::System,
            concerns: vec![self.administrator_id.to_string()],
            lists: vec![
                ListEntry::new(List::Administrators, &self.administrator_id),
                ListEntry::new(List::Subscribers, &self.administrator_id),
            ],
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::AdministratorsDisable)
    }
}

/// The audit's details of an account that is deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeletedAccountDetail {
    /// The email address that the account had.
    pub email: EmailAddress,
    /// The name of the administrator.
    pub name: String,
    /// The state of the account.
    pub state: AdministratorState,
    /// The individual permissions.
    pub permissions: Vec<Permission>,
    /// The roles at organizations that you may see; at most 100 of them.
    pub assignments: Vec<AssignmentDetail>,
    /// How many roles there were, if not all are named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignments_in_all: Option<usize>,
}

/// An administrator was deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdministratorDeleted {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// The account before.
    pub before: DeletedAccountDetail,
}

impl AdministratorDeleted {
    /// The act of deleting it.
    #[must_use]
    pub fn of(old: &Administrator) -> Self {
        let (assignments, assignments_in_all) = assigned(&old.assignments);
        let before = DeletedAccountDetail {
            email: old.email.clone(),
            name: old.name.clone(),
            state: old.state,
            permissions: old.permissions.clone(),
            assignments,
            assignments_in_all,
        };
        Self { administrator_id: old.id.clone(), before }
    }
}

impl Happening for AdministratorDeleted {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::AdministratorDeleted,
            audit: AuditKind::System,
            concerns: vec![self.administrator_id.to_string()],
            lists: vec![
                ListEntry::new(List::Administrators, &self.administrator_id),
                ListEntry::new(List::Subscribers, &self.administrator_id),
            ],
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::AdministratorsDelete)
    }
}
