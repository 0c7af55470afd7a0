//! Acts about organizations: set up, created, edited, deleted; their login settings.

use serde::{Deserialize, Serialize};

use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::administrator::Administrator;
use crate::audit::AuditKind;
use crate::ids::{AdministratorId, OrganizationId};
use crate::list::{List, ListEntry};
use crate::login::LoginSettings;
use crate::network::Network;
use crate::organization::Organization;
use crate::permit::Basis;
use crate::retention::Retention;
use crate::text::EmailAddress;

/// The deployment was set up: it has a root organization and its first administrator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetUpCompleted {
    /// The first administrator.
    pub administrator_id: AdministratorId,
}

impl Happening for SetUpCompleted {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::SetUpCompleted, AuditKind::System, &[&self.administrator_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        *basis == Basis::SetUp
    }
}

/// What the audit says of an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationDetail {
    /// The name of the organization.
    pub name: String,
    /// The organization directly above it; absent for the root, and if you may not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<OrganizationId>,
    /// The email address of the first administrator; only for the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrator: Option<EmailAddress>,
}

/// An organization was created. This is an act of the organization above it, so that its list shows the new one at
/// once; or of the root, by the set-up, with its first administrator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationCreated {
    /// The new organization.
    pub organization_id: OrganizationId,
    /// The first administrator; only for the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrator_id: Option<AdministratorId>,
    /// The state after.
    pub after: OrganizationDetail,
}

impl OrganizationCreated {
    /// The act of creating an organization below another.
    #[must_use]
    pub fn child(new: &Organization) -> Self {
        Self {
            organization_id: new.id.clone(),
            administrator_id: None,
            after: OrganizationDetail {
                name: new.name.clone(),
                parent_id: new.parent_id.clone(),
                administrator: None,
            },
        }
    }

    /// The act of creating the root organization, with its first administrator.
    #[must_use]
    pub fn root(new: &Organization, first: &Administrator) -> Self {
        Self {
            organization_id: new.id.clone(),
            administrator_id: Some(first.id.clone()),
            after: OrganizationDetail {
                name: new.name.clone(),
                parent_id: None,
                administrator: Some(first.email.clone()),
            },
        }
    }
}

impl Happening for OrganizationCreated {
    fn footprint(&self) -> Footprint {
        let organization = self.organization_id.to_string();
        let (concerns, lists) = match &self.administrator_id {
            Some(first) => {
                (vec![first.to_string(), organization], vec![ListEntry::new(List::Administrators, first)])
            }
            None => {
                let listed = ListEntry::new(List::Organizations, &self.organization_id);
                (vec![organization], vec![listed])
            }
        };
        Footprint {
            name: ActName::OrganizationCreated,
            audit: AuditKind::System,
            concerns,
            lists,
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        match &self.after.parent_id {
            Some(parent) => basis.is_right_at(Action::OrganizationsCreate, parent),
            None => *basis == Basis::SetUp,
        }
    }
}

/// What the audit says of an edited organization, before or after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EditedOrganizationDetail {
    /// The name of the organization.
    pub name: String,
    /// How long it keeps what it no longer needs; absent when it sets nothing.
    #[serde(default, skip_serializing_if = "Retention::is_unset")]
    pub retention: Retention,
}

impl From<&Organization> for EditedOrganizationDetail {
    fn from(organization: &Organization) -> Self {
        Self { name: organization.name.clone(), retention: organization.retention }
    }
}

/// An organization was renamed, or its retention was changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationEdited {
    /// The organization that it is about.
    pub organization_id: OrganizationId,
    /// The state before.
    pub before: EditedOrganizationDetail,
    /// The state after.
    pub after: EditedOrganizationDetail,
}

impl OrganizationEdited {
    /// The act, from the states before and after.
    #[must_use]
    pub fn of(old: &Organization, new: &Organization) -> Self {
        Self { organization_id: new.id.clone(), before: old.into(), after: new.into() }
    }
}

impl Happening for OrganizationEdited {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::OrganizationEdited, AuditKind::System, &[&self.organization_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right_at(Action::OrganizationsEditGeneral, &self.organization_id)
    }
}

/// What was given up with an organization, in numbers. Nobody is told of it any more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnsentDetail {
    /// How many messages waited to be sent, or to be sent again.
    pub messages: u64,
    /// Of how many events, at least, it was not known yet whom to tell.
    pub events: u64,
}

/// An organization was deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationDeleted {
    /// The organization that it is about.
    pub organization_id: OrganizationId,
    /// The state before.
    pub before: OrganizationDetail,
    /// What was given up with it, as its deleter asked; absent if nothing waited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsent: Option<UnsentDetail>,
}

impl OrganizationDeleted {
    /// The act of deleting it.
    #[must_use]
    pub fn of(old: &Organization) -> Self {
        Self {
            organization_id: old.id.clone(),
            before: OrganizationDetail {
                name: old.name.clone(),
                parent_id: old.parent_id.clone(),
                administrator: None,
            },
            unsent: None,
        }
    }

    /// The same, and this is given up with it.
    #[must_use]
    pub fn giving_up(self, unsent: Option<UnsentDetail>) -> Self {
        Self { unsent, ..self }
    }
}

impl Happening for OrganizationDeleted {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::OrganizationDeleted,
            audit: AuditKind::System,
            concerns: vec![self.organization_id.to_string()],
            lists: vec![ListEntry::new(List::Organizations, &self.organization_id)],
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right_at(Action::OrganizationsDeleteEmpty, &self.organization_id)
    }
}

/// The audit's details of login settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoginSettingsDetail {
    /// Whether one-time codes (TOTP) must be set up and used.
    pub require_totp: bool,
    /// The longest session in minutes; null: as set above, or 12 hours.
    pub session_minutes: Option<u32>,
    /// Networks from which administrators may sign in and act; empty: from anywhere.
    pub allowed_ranges: Vec<Network>,
}

impl From<&LoginSettings> for LoginSettingsDetail {
    fn from(settings: &LoginSettings) -> Self {
        Self {
            require_totp: settings.require_totp,
            session_minutes: settings.session_minutes,
            allowed_ranges: settings.allowed_ranges.clone(),
        }
    }
}

/// The login settings of an organization were replaced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoginSettingsEdited {
    /// The organization that it is about.
    pub organization_id: OrganizationId,
    /// The state before.
    pub before: LoginSettingsDetail,
    /// The state after.
    pub after: LoginSettingsDetail,
}

impl LoginSettingsEdited {
    /// The act, from the settings before and after.
    #[must_use]
    pub fn of(old: &LoginSettings, new: &LoginSettings) -> Self {
        Self { organization_id: new.organization_id.clone(), before: old.into(), after: new.into() }
    }
}

impl Happening for LoginSettingsEdited {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::LoginSettingsEdited, AuditKind::System, &[&self.organization_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right_at(Action::LoginSettingsEdit, &self.organization_id)
    }
}

/// Entries of an organization's audit are removed, because they are older than it keeps them. The record of it comes first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditTrimmed {
    /// The organization that it is about.
    pub organization_id: OrganizationId,
    /// The number of the last entry of the journal that is removed. Those before it are removed as well.
    pub up_to: u64,
    /// For how many days they were kept.
    pub kept_days: u16,
}

impl Happening for AuditTrimmed {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::AuditTrimmed, AuditKind::System, &[&self.organization_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        *basis == Basis::Processor
    }
}
