//! Acts about invitations: created, sent again, withdrawn, accepted.

use serde::{Deserialize, Serialize};

use super::administrators::StateDetail;
use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::administrator::Administrator;
use crate::audit::AuditKind;
use crate::ids::AdministratorId;
use crate::list::{List, ListEntry};
use crate::notice::Notice;
use crate::permission::Permission;
use crate::permit::Basis;
use crate::text::EmailAddress;

/// The audit's details of somebody who is invited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitedDetail {
    /// Where the invitation is sent.
    pub email: EmailAddress,
    /// The name of the administrator.
    pub name: String,
    /// The permissions that they will hold.
    pub permissions: Vec<Permission>,
}

/// An administrator was invited, or invited again with a new link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdministratorInvited {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// Who is invited; only the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<InvitedDetail>,
    /// Whether the invitation is sent again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
    /// Where it is sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
}

impl AdministratorInvited {
    /// The act of inviting a new administrator.
    #[must_use]
    pub fn first(new: &Administrator) -> Self {
        let after = InvitedDetail {
            email: new.email.clone(),
            name: new.name.clone(),
            permissions: new.permissions.clone(),
        };
        Self { administrator_id: new.id.clone(), after: Some(after), again: false, email: None }
    }

    /// The act of sending an invitation again.
    #[must_use]
    pub fn again(invited: &Administrator) -> Self {
        let email = Some(invited.email.clone());
        Self { administrator_id: invited.id.clone(), after: None, again: true, email }
    }
}

impl Happening for AdministratorInvited {
    fn footprint(&self) -> Footprint {
        let new = [
            ListEntry::new(List::Administrators, &self.administrator_id),
            ListEntry::new(List::Subscribers, &self.administrator_id),
        ];
        Footprint {
            name: ActName::AdministratorInvited,
            audit: AuditKind::System,
            concerns: vec![self.administrator_id.to_string()],
            lists: if self.again { Vec::new() } else { new.into() },
            notice: Some(Notice::Invitation { administrator_id: self.administrator_id.clone() }),
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        let gives = self.after.as_ref().is_some_and(|after| !after.permissions.is_empty());
        let action =
            if gives { Action::AdministratorsChangePermissions } else { Action::AdministratorsInvite };
        basis.is_right(action)
    }
}

/// The link of an invitation was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationSent {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
}

impl Happening for InvitationSent {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::InvitationSent, AuditKind::System, &[&self.administrator_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        *basis == Basis::Processor
    }
}

/// The audit's details of an invitation that is withdrawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WithdrawnDetail {
    /// Where it was sent.
    pub email: EmailAddress,
    /// The name of the administrator.
    pub name: String,
}

/// An invitation was withdrawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationWithdrawn {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// Who was invited.
    pub before: WithdrawnDetail,
}

impl InvitationWithdrawn {
    /// Who was invited.
    #[must_use]
    pub fn of(old: &Administrator) -> Self {
        let before = WithdrawnDetail { email: old.email.clone(), name: old.name.clone() };
        Self { administrator_id: old.id.clone(), before }
    }
}

impl Happening for InvitationWithdrawn {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::InvitationWithdrawn,
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
        basis.is_right(Action::AdministratorsInvite)
    }
}

/// An invitation was accepted with a password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationAccepted {
    /// The administrator whom it is about.
    pub administrator_id: AdministratorId,
    /// The state before.
    pub before: StateDetail,
    /// The state after.
    pub after: StateDetail,
}

impl InvitationAccepted {
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

impl Happening for InvitationAccepted {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::InvitationAccepted,
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
        basis.is_oneself(&self.administrator_id)
    }
}
